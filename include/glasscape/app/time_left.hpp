#pragma once

#include <string>

#include "glasscape/wrap/mpi.hpp"

namespace glasscape::app {

/// Seconds from now at which a sweep stops by itself, from what `squeue -o %L` says is left of the job ("1-02:03:04"):
/// a minute before the end, or a quarter of a short time. Infinity where it says that there is no limit.
double stop_ahead(const std::string& left);

/// The same for the SLURM job that this is a part of; infinity where it is none. Collective: the master asks, for the
/// environment does not tell (SLURM_JOB_END_TIME is unset before 22.05, and a requeued job may get less time).
double slurm_walltime(const wrap::Communicator& world);

}  // namespace glasscape::app
