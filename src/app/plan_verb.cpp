#include <fmt/format.h>

#include <iostream>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/cost_file.hpp"
#include "glasscape/app/inspect.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/store/layout.hpp"

namespace glasscape::app {

namespace {

namespace options = boost::program_options;

void print_axes(const Sweep& sweep) {
  for (const Axis& axis : sweep.space.axes()) {
    const Input& input = sweep.space.input(axis);
    const auto& values = axis.values;
    std::cout << fmt::format("axis        {}: {} value{}, {} ... {}\n", input.name, values.size(),
                             values.size() == 1 ? "" : "s", value_text(input, values.front()),
                             value_text(input, values.back()));
  }
}

/// What a refined sweep solves in any case.
std::vector<std::size_t> first_points(const Sweep& sweep) { return Refinement(sweep.space, *sweep.refine).start(); }

void print_refinement(const Sweep& sweep) {
  if (!sweep.refine) return;
  const std::size_t first = first_points(sweep).size();
  std::cout << fmt::format(
      "refined     {} of them first, then where {} changes, in {} level{}; the others are inferred\n", first,
      sweep.solver->schema.outputs[sweep.refine->output].name, sweep.refine->levels,
      sweep.refine->levels == 1 ? "" : "s");
}

void print_cost(const Sweep& sweep) {
  if (sweep.solver->cost) {
    std::cout << fmt::format("memory      {} a rank beyond the program itself\n", format_bytes(point_memory(sweep)));
  }
  CostModel model(*sweep.solver, sweep.space, find_costs(sweep.output, sweep.solver->schema));
  if (!model.is_known()) {
    std::cout << "cost        unknown: the solver makes no estimate, and no sweep with it has run here\n";
    return;
  }
  const std::string source = model.samples().empty() ? "the solver's estimate"
                                                     : fmt::format("from {} measured points", model.samples().size());
  std::string cost = cost_text(total_cost(sweep, model));
  if (sweep.refine) {
    cost = fmt::format("{} for the first points, {} if all were solved:", cost_text(model.total(first_points(sweep))),
                       cost);
  }
  std::cout << fmt::format("cost        {} of one team ({})\n", cost, source);
}

}  // namespace

ExitCode plan_verb(const Arguments& arguments, Registry registry) {
  CommandLine line{.synopsis = "glasscape plan SWEEP.ini [options]",
                   .about =
                       "Says what a sweep would do: axes, points, bytes on disk, memory and cost. Runs nothing.\n"
                       "  glasscape plan jobs/quickstart.ini\n",
                   .options = options::options_description("options"),
                   .positional = "sweep"};
  line.options.add_options()("set", options::value<std::vector<std::string>>()->composing(),
                             "section.key=value: change or add a line of the sweep file; repeatable");
  const auto given = line.parse(arguments);
  if (!given) return ExitCode::complete;
  const std::string file = required(*given, "sweep", "the sweep file");
  const auto overrides = given->count("set") > 0 ? (*given)["set"].as<Arguments>() : Arguments{};
  const Sweep sweep = read_sweep(read_text(file), file, overrides, registry);
  const store::Layout layout(sweep.space, sweep.shape);
  std::cout << fmt::format("sweep       {} / {}, seed {}\n", sweep.solver->schema.model, sweep.solver->schema.solver,
                           sweep.seed);
  print_axes(sweep);
  std::cout << fmt::format("points      {}\n", sweep.space.size());
  print_refinement(sweep);
  std::cout << fmt::format("on disk     {} in {}\n", format_bytes(static_cast<double>(layout.file_bytes())),
                           sweep.output);
  print_cost(sweep);
  check_memory(sweep);
  return ExitCode::complete;
}

}  // namespace glasscape::app
