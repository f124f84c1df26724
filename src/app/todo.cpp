#include "glasscape/app/todo.hpp"

namespace glasscape::app {

namespace {

constexpr int deaths_allowed = 2;

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
  todo.queue.insert(todo.queue.end(), todo.suspects.begin(), todo.suspects.end());
  return todo;
}

}  // namespace glasscape::app
