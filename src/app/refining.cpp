#include "glasscape/app/refining.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_set>

#include "glasscape/store/rows.hpp"

namespace glasscape::app {

namespace {

constexpr std::size_t rows_at_once = 16384;

/// The refined observable as the file holds it; NaN where it is missing.
std::vector<double> read_values(const Sweep& sweep, const store::ResultFile& file) {
  const Output& output = sweep.solver->schema.outputs[sweep.refine->output];
  std::vector<double> values = file.read(output.name);
  if (output.categorical()) std::ranges::replace(values, -1.0, not_a_number);
  return values;
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

Refining::Refining(const Sweep& sweep, const store::ResultFile& file, const std::vector<Outcome>& outcomes, Todo& todo)
    : sweep_(sweep), refinement_(sweep.space, *sweep.refine) {
  std::vector<std::size_t> again;
  for (const std::size_t index : todo.queue) {
    if (outcomes[index] == Outcome::pending) continue;
    again.push_back(index);
    refinement_.expect(index);
  }
  const std::unordered_set<std::size_t> unsure(again.begin(), again.end());
  const auto values = read_values(sweep, file);
  for (std::size_t index = 0; index < outcomes.size(); ++index) {
    if (outcomes[index] == Outcome::pending || unsure.contains(index)) continue;
    refinement_.note(index, outcomes[index], values[index]);
  }
  for (const std::size_t index : todo.condemned) refinement_.note(index, Outcome::failed, not_a_number);

  todo.queue = refinement_.start();
  todo.queue.insert(todo.queue.end(), again.begin(), again.end());
  asked_for_ = todo.queue.size();
  const std::unordered_set<std::size_t> suspects(todo.suspects.begin(), todo.suspects.end());
  const auto last = std::ranges::stable_partition(todo.queue, [&](std::size_t i) { return !suspects.contains(i); });
  todo.suspects.assign(last.begin(), last.end());
}

std::vector<std::size_t> Refining::more(std::size_t index, const sweep::Solved& solved) {
  auto added = refinement_.note(index, solved.outcome, solved.value);
  asked_for_ += added.size();
  return added;
}

std::size_t Refining::write_inferred(const std::filesystem::path& path) const {
  const store::ResultFile file(path);
  const auto outcomes = store::scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep_.space);
  const auto values = read_values(sweep_, file);
  const std::string& observable = sweep_.solver->schema.outputs[sweep_.refine->output].name;
  store::RowWriter rows(file);
  Solution solution(sweep_.shape);
  solution.outcome = Outcome::inferred;
  std::size_t count = 0;
  std::size_t staged = 0;
  refinement_.infer([&](std::size_t index, double value) {
    ++count;
    if (outcomes[index] == Outcome::inferred && same(values[index], value)) return;
    solution.set(observable, value);
    rows.stage(sweep_.space.point(index), solution, 0);
    if (++staged % rows_at_once == 0) rows.commit();
  });
  rows.commit();
  return count;
}

}  // namespace glasscape::app
