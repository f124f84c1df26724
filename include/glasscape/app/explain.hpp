#pragma once

#include <exception>

#include "glasscape/core/errors.hpp"

namespace glasscape::app {

/// Says on stderr, a sentence each, what went wrong (unless `quiet`: another rank says it) and returns the exit code.
ExitCode explain(const std::exception& error, bool quiet = false);

}  // namespace glasscape::app
