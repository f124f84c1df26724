#pragma once

#include <string>
#include <vector>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/solver.hpp"

namespace glasscape::app {

/// The verbs of the command line. `arguments` is what stands after the verb. They write what was asked for to stdout,
/// everything else to stderr, and throw UserError or MachineError.
using Arguments = std::vector<std::string>;

ExitCode run_verb(const Arguments& arguments, Registry registry);
ExitCode plan_verb(const Arguments& arguments, Registry registry);
ExitCode models_verb(const Arguments& arguments, Registry registry);
ExitCode status_verb(const Arguments& arguments, Registry registry);
ExitCode show_verb(const Arguments& arguments);
ExitCode export_verb(const Arguments& arguments);
ExitCode plot_verb(const Arguments& arguments);
ExitCode threshold_verb(const Arguments& arguments);
ExitCode check_verb(const Arguments& arguments);

/// The whole program: finds the verb, runs it, explains what went wrong, and returns the exit code.
int main(int argc, char** argv, Registry registry);

}  // namespace glasscape::app
