// The whole program with one more model, `testbed`, whose solvers misbehave in the ways that users' points do: for the
// tests of engine and store.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include "glasscape/app/verbs.hpp"
#include "glasscape/models/registry.hpp"
#include "support/random_field.hpp"

namespace {

using namespace glasscape;

/// All take x (an axis), y, `seconds` of sleep a point, and the x at which they misbehave (`trigger`).
Schema testbed_schema(std::string solver, std::string doc) {
  return {.model = "testbed",
          .solver = std::move(solver),
          .model_doc = "solvers that misbehave on purpose",
          .doc = std::move(doc),
          .reference = "none",
          .inputs = {{.name = "x", .doc = "control parameter", .domain = Interval::real()},
                     {.name = "y", .doc = "another one", .domain = Interval::real(), .fallback = {{0.0}}},
                     {.name = "seconds",
                      .unit = "s",
                      .doc = "sleep a point",
                      .domain = Interval::at_least(0),
                      .fallback = {{0.0}}},
                     {.name = "trigger",
                      .doc = "x at which it misbehaves",
                      .domain = Interval::real(),
                      .fallback = {{not_a_number}}}},
          .outputs = {{.name = "value", .symbol = "v", .doc = "x squared plus noise", .error = ErrorKind::numerical}}};
}

void sleep_seconds(double seconds) {
  if (seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// What a well-behaved point gives: depends on x, y, the seed and the point's key.
Solution ordinary(const Parameters& at, PointContext& context) {
  sleep_seconds(at.real("seconds"));
  Solution solution = context.solution();
  RandomStream random = context.random(Purpose::dynamics);
  solution.set("value", at.real("x") * at.real("x") + at.real("y") + random.normal(), 1e-3);
  return solution;
}

struct Misbehaviour {
  std::string name;
  std::string doc;
  Solution (*act)(const Parameters&, PointContext&);
};

Solution do_nothing(const Parameters& at, PointContext& context) { return ordinary(at, context); }

Solution call_abort(const Parameters&, PointContext&) { std::abort(); }

Solution get_killed(const Parameters&, PointContext& context) {
  std::raise(SIGKILL);
  return context.solution();
}

/// Takes a gigabyte for a moment.
Solution take_memory(const Parameters& at, PointContext& context) {
  std::vector<std::byte> gigabyte(std::size_t{1} << 30, std::byte{1});
  volatile const std::byte* last = &gigabyte.back();  // else the compiler would do without
  static_cast<void>(*last);
  return ordinary(at, context);
}

Solution spin_deaf(const Parameters&, PointContext& context) {
  for (volatile bool forever = true; forever;) {
  }
  return context.solution();
}

Solution spin_asking(const Parameters&, PointContext& context) {
  while (!context.should_stop()) sleep_seconds(0.01);
  Solution solution = context.solution();
  solution.outcome = Outcome::pending;
  return solution;
}

Solution give_nan(const Parameters&, PointContext& context) {
  Solution solution = context.solution();
  solution.set("value", not_a_number, 0.0);
  return solution;
}

Solution throw_error(const Parameters& at, PointContext&) {
  throw std::runtime_error(fmt::format("diverged at x = {}", at.real("x")));
}

Solution not_converge(const Parameters& at, PointContext& context) {
  Solution solution = ordinary(at, context);
  solution.outcome = Outcome::unconverged;
  solution.message = "residual 0.1 after 100 iterations";
  return solution;
}

SolverEntry misbehaving(const Misbehaviour& how) {
  return {.schema = testbed_schema(how.name, how.doc),
          .solve =
              [how](const Parameters& at, PointContext& context) {
                return at.real("x") == at.real("trigger") ? how.act(at, context) : ordinary(at, context);
              },
          .cost = {}};
}

/// Observables with dimensions of their own, an error bar, a category, and one observable to plot against another.
SolverEntry series() {
  Schema schema = testbed_schema("series", "observables with own dimensions");
  schema.inputs.push_back({.name = "times",
                           .kind = Kind::list,
                           .doc = "times to observe at",
                           .domain = Interval::at_least(0),
                           .fallback = std::vector<double>{}});
  schema.inputs.push_back({.name = "shape",
                           .kind = Kind::choice,
                           .doc = "shape of the decay",
                           .choices = {"exponential", "algebraic"},
                           .fallback = {{0.0}}});
  schema.dimensions = {Dimension::of_list("time", "times", "1", "time")};
  schema.outputs = {
      {.name = "correlation",
       .symbol = "C",
       .doc = "decaying correlation",
       .dims = {"time"},
       .error = ErrorKind::statistical},
      {.name = "response", .symbol = "χ", .doc = "one minus the correlation", .dims = {"time"}},
      {.name = "regime", .doc = "fast or slow", .categories = {{0, "fast", "#77AADD"}, {1, "slow", "#EE8866"}}}};
  const auto solve = [](const Parameters& at, PointContext& context) {
    Solution solution = context.solution();
    std::vector<double> correlation;
    std::vector<double> response;
    for (const double t : at.list("times")) {
      const double rate = 1 + at.real("x") * at.real("x");
      correlation.push_back(at.choice("shape") == "exponential" ? std::exp(-rate * t) : std::pow(1 + t, -rate));
      response.push_back(1 - correlation.back());
    }
    std::vector<double> errors(correlation.size(), 0.01);
    solution.set("correlation", correlation, errors);
    solution.set("response", response);
    solution.set("regime", at.real("x") > 1 ? 0 : 1);
    return solution;
  };
  return {.schema = schema, .solve = solve, .cost = {}};
}

/// Adds up random numbers, one every hundredth of `seconds`; its state is where it is.
struct RandomSum {
  std::int64_t step = 0;
  std::uint64_t block = 0;
  double sum = 0;
};

/// A kept state may lie beyond what is asked for now.
RandomSum latest(PointContext& context, std::int64_t steps) {
  RandomSum state;
  if (const auto bytes = context.checkpoint().latest()) std::memcpy(&state, bytes->data(), sizeof state);
  return state.step <= steps ? state : RandomSum{};
}

Solution add_in_steps(const Parameters& at, PointContext& context) {
  RandomSum state = latest(context, at.integer("steps"));
  if (state.step > 0) fmt::print(stderr, "goes on from step {}\n", state.step);
  RandomStream random = context.random(Purpose::dynamics);
  const auto commit = [&] { context.checkpoint().commit(std::as_bytes(std::span(&state, 1))); };
  Solution solution = context.solution();
  for (; state.step < at.integer("steps"); ++state.step) {
    if (context.should_stop()) {
      commit();
      solution.outcome = Outcome::pending;
      return solution;
    }
    if (context.checkpoint_is_due()) commit();
    random.seek(state.block);
    state.sum += at.real("x") + random.uniform();
    state.block = random.block();
    sleep_seconds(at.real("seconds") / 100);
  }
  if (context.keeps_state()) commit();
  solution.set("value", state.sum, 0.0);
  return solution;
}

SolverEntry resumable() {
  Schema schema = testbed_schema("resumable", "goes on from its checkpoint");
  schema.inputs.push_back({.name = "steps",
                           .kind = Kind::integer,
                           .doc = "numbers to add, each takes a hundredth of seconds",
                           .domain = Interval::at_least(0),
                           .fallback = {{100.0}},
                           .extendable = true,
                           .continued = true});
  return {.schema = schema, .solve = add_in_steps, .cost = {}};
}

/// A region with a border, to refine: a disc around (0.45, 0.6), and the distance from its middle. Throws at the
/// trigger.
SolverEntry disc() {
  Schema schema = testbed_schema("disc", "inside or outside of a disc");
  schema.outputs = {
      {.name = "region",
       .doc = "inside or outside",
       .categories = {{0, "outside", "#77AADD"}, {1, "inside", "#EE8866"}}},
      {.name = "distance", .symbol = "d", .doc = "distance from the middle", .error = ErrorKind::numerical}};
  const auto solve = [](const Parameters& at, PointContext& context) {
    sleep_seconds(at.real("seconds"));
    if (at.real("x") == at.real("trigger")) throw std::runtime_error("at the trigger");
    const double distance = std::hypot(at.real("x") - 0.45, at.real("y") - 0.6);
    Solution solution = context.solution();
    solution.set("region", distance < 0.3 ? 1 : 0);
    solution.set("distance", distance, 1e-3);
    return solution;
  };
  return {.schema = schema, .solve = solve, .cost = {}};
}

/// The ranks of a team add up a number each, ten times; at the trigger, rank `culprit` throws in the fifth round.
Solution add_together(const Parameters& at, PointContext& context) {
  const int rank = context.team().rank();
  double all = 0;
  for (int round = 0; round < 10; ++round) {
    sleep_seconds(at.real("seconds") / 10);
    if (at.real("x") == at.real("trigger") && round == 5 && rank == at.integer("culprit")) {
      throw std::runtime_error(fmt::format("rank {} diverged in round {}", rank, round));
    }
    context.report("round", round);
    if (context.should_stop()) {
      Solution stopped = context.solution();
      stopped.outcome = Outcome::pending;
      return stopped;
    }
    double part = at.real("x") * (rank + 1);
    context.sum({&part, 1});
    all += part;
  }
  Solution solution = context.solution();
  solution.set("value", all + context.random(Purpose::dynamics).normal(), 0.0);
  return solution;
}

SolverEntry team() {
  Schema schema = testbed_schema("team", "adds up over the ranks of a team");
  schema.largest_team = 4;
  schema.inputs.push_back({.name = "culprit",
                           .kind = Kind::integer,
                           .doc = "rank of the team that throws at the trigger",
                           .domain = Interval::at_least(0),
                           .fallback = {{0.0}}});
  return {.schema = schema, .solve = add_together, .cost = {}};
}

std::vector<SolverEntry> with_testbed() {
  const std::vector<Misbehaviour> all{
      {"ordinary", "does as it should", do_nothing},
      {"abort", "calls abort at the trigger", call_abort},
      {"killed", "dies of SIGKILL at the trigger", get_killed},
      {"greedy", "takes a gigabyte at the trigger", take_memory},
      {"spin_deaf", "never ends and never asks", spin_deaf},
      {"spin_asking", "never ends but asks whether to stop", spin_asking},
      {"nan", "gives NaN at the trigger", give_nan},
      {"throw", "throws at the trigger", throw_error},
      {"unconverged", "does not converge at the trigger", not_converge},
  };
  std::vector<SolverEntry> entries(registry().begin(), registry().end());
  for (const Misbehaviour& how : all) entries.push_back(misbehaving(how));
  entries.push_back(series());
  entries.push_back(resumable());
  entries.push_back(disc());
  entries.push_back(entry<testing::RandomField>());
  entries.push_back(team());
  return entries;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<SolverEntry> entries = with_testbed();
  return app::main(argc, argv, entries);
}
