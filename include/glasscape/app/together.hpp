#pragma once

#include <functional>

#include "glasscape/wrap/mpi.hpp"

namespace glasscape::app {

/// Runs `work` on the ranks that say `mine`. Collective: an error on any rank becomes the same UserError or
/// MachineError on every rank, so that none waits for one that is gone.
void together(const wrap::Communicator& world, bool mine, const std::function<void()>& work);

}  // namespace glasscape::app
