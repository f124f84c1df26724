#include <fmt/format.h>

#include <functional>
#include <iostream>

#include "glasscape/app/explain.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/app/version.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape::app {

namespace {

struct Verb {
  std::string name;
  std::string does;
  std::function<ExitCode(const Arguments&, Registry)> run;
};

template <ExitCode (*verb)(const Arguments&)>
ExitCode without_registry(const Arguments& arguments, Registry) {
  return verb(arguments);
}

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> all{
      Verb{"run", "SWEEP.ini     start or resume a sweep", run_verb},
      Verb{"plan", "SWEEP.ini     axes, points, disk, memory and cost of a sweep; runs nothing", plan_verb},
      Verb{"status", "FILE          how far a sweep is, also while it runs", status_verb},
      Verb{"show", "FILE          what is in a result file; one point in full", without_registry<show_verb>},
      Verb{"models", "[MODEL [SOLVER]]  what can be computed: parameters, observables, papers", models_verb},
      Verb{"export", "FILE          a table (CSV) of a result file", without_registry<export_verb>},
      Verb{"plot", "FILE          a figure (PNG, SVG, PDF) of a result file", without_registry<plot_verb>},
      Verb{"threshold", "FILE          where an observable crosses a level, or a time diverges",
           without_registry<threshold_verb>},
      Verb{"check", "FILE          verify every checksum of a result file", without_registry<check_verb>},
  };
  return all;
}

void print_usage(std::ostream& out) {
  out << "glasscape computes phase diagrams and learning dynamics of rough, high-dimensional landscapes.\n\n"
         "usage: glasscape VERB [arguments]\n\n";
  for (const Verb& verb : verbs()) out << fmt::format("  {:<10}{}\n", verb.name, verb.does);
  out << "\n  glasscape VERB --help    what a verb takes, with an example\n"
         "  glasscape --version\n\n"
         "exit codes: 0 complete; 1 finished, but points failed or are unconverged (check: damage found);\n"
         "2 bad usage or input; 74 the machine failed (disk), run again after the cure;\n"
         "75 stopped early, run again to continue\n";
}

ExitCode run_program(const Arguments& arguments, Registry registry) {
  if (arguments.empty()) {
    print_usage(std::cerr);
    return ExitCode::usage;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_usage(std::cout);
    return ExitCode::complete;
  }
  if (name == "--version") {
    std::cout << version_text() << '\n';
    return ExitCode::complete;
  }
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb.run({arguments.begin() + 1, arguments.end()}, registry);
    names.push_back(verb.name);
  }
  throw UserError(fmt::format("unknown verb '{}'{}; see glasscape --help", name, suggestion(name, names)));
}

}  // namespace

int main(int argc, char** argv, Registry registry) {
  try {
    const ExitCode code = run_program({argv + 1, argv + argc}, registry);
    std::cout.flush();
    if (!std::cout) throw MachineError("cannot write to standard output");
    return static_cast<int>(code);
  } catch (const std::exception& error) {
    return static_cast<int>(explain(error));
  }
}

}  // namespace glasscape::app
