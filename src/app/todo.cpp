#include "glasscape/app/todo.hpp"

#include <algorithm>
#include <functional>

#include "glasscape/app/inspect.hpp"

namespace glasscape::app {

namespace {

constexpr int deaths_allowed = 2;

/// Equal costs keep the grid's order, so that neighbours are written together.
void put_costliest_first(const Sweep& sweep, std::vector<std::size_t>& queue) {
  if (!sweep.solver->cost || estimate_cost(sweep).is_uniform) return;
  std::vector<std::pair<double, std::size_t>> by_cost;
  by_cost.reserve(queue.size());
  for (const std::size_t index : queue)
    by_cost.emplace_back(sweep.solver->cost(sweep.space.values(index)).seconds, index);
  std::ranges::stable_sort(by_cost, std::greater<>{}, &std::pair<double, std::size_t>::first);
  std::ranges::transform(by_cost, queue.begin(), &std::pair<double, std::size_t>::second);
}

}  // namespace

Todo make_todo(const Sweep& sweep, const std::vector<Outcome>& outcomes, store::Deaths& deaths, bool retry_failed) {
  Todo todo;
  for (std::size_t index = 0; index < outcomes.size(); ++index) {
    const Outcome outcome = outcomes[index];
    const bool again = retry_failed && (outcome == Outcome::failed || outcome == Outcome::unconverged);
    if (outcome != Outcome::pending && !again) {
      todo.before.add(outcome);
      continue;
    }
    const auto death = deaths.empty() ? deaths.end() : deaths.find(sweep.space.point(index).key);
    if (death == deaths.end()) {
      todo.queue.push_back(index);
    } else if (again) {
      deaths.erase(death);
      todo.queue.push_back(index);
    } else {
      (death->second < deaths_allowed ? todo.suspects : todo.condemned).push_back(index);
    }
  }
  put_costliest_first(sweep, todo.queue);
  todo.queue.insert(todo.queue.end(), todo.suspects.begin(), todo.suspects.end());
  return todo;
}

}  // namespace glasscape::app
