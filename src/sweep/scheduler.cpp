#include "glasscape/sweep/scheduler.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace glasscape::sweep {

namespace {

constexpr double shortest_chunk = 0.05;  // seconds
constexpr double master_share = 0.25;    // of the master's time for messages
constexpr double first_guess = 20e-6;    // seconds of the master an exchange takes
constexpr double longest_queued = 0.5;   // seconds of a batch that may wait behind another
constexpr std::size_t largest_batch = 100'000;
constexpr std::size_t observed_a_report = 16;
constexpr double prediction = 1e-6;  // seconds of the master to predict a point's cost and put it in order
constexpr double worth_predicting = 100 * prediction;  // seconds a point
constexpr double order_matters = 100;                  // while fewer of the longest points fill what is left
constexpr double order_gains = 0.03;                   // of the longest point, to compare with what ordering takes
constexpr double order_growth = 1.3;                   // of the number of observations from one ordering to the next
constexpr std::size_t first_order = 8;

}  // namespace

Scheduler::Scheduler(std::size_t teams, std::vector<std::size_t> queue, const Steering& steering)
    : steering_(steering),
      teams_(teams),
      idle_(teams),
      busy_(teams),
      queue_(std::move(queue)),
      all_points_(queue_.size()),
      exchange_seconds_(first_guess),
      next_order_(std::max(first_order, teams / 2)) {
  const auto first_of_last = queue_.end() - static_cast<std::ptrdiff_t>(steering.last);
  last_.assign(first_of_last, queue_.end());
  queue_.erase(first_of_last, queue_.end());
  if (steering.order) steering.order(queue_);
  for (std::size_t team = 0; team < teams; ++team) idle_.add(team);
}

std::optional<Scheduler::Batch> Scheduler::next() {
  if (left() == 0 && batches_out_ == 0) add(std::exchange(last_, {}));
  if (left() == 0) return std::nullopt;
  order_if_it_matters();
  const auto team = hungry_team();
  if (!team) return std::nullopt;
  Team& to = teams_[*team];
  to.batches.push_back(cut_batch());
  ++batches_out_;
  if (to.batches.size() == 1) busy_.add(*team);
  return Batch{.team = *team, .points = to.batches.back().points, .chunk_seconds = chunk_seconds()};
}

void Scheduler::Waiting::add(std::size_t team) {
  if (listed_[team]) return;
  listed_[team] = true;
  teams_.push_back(team);
}

std::optional<std::size_t> Scheduler::Waiting::pop(const std::function<bool(std::size_t team)>& may) {
  while (!teams_.empty()) {
    const std::size_t team = teams_.front();
    teams_.pop_front();
    listed_[team] = false;
    if (may(team)) return team;
  }
  return std::nullopt;
}

/// Breadth first: every team has work before one has a batch in waiting.
std::optional<std::size_t> Scheduler::hungry_team() {
  if (const auto team = idle_.pop([this](std::size_t i) { return teams_[i].batches.empty(); })) return team;
  const double longest = std::max(longest_queued, 2 * chunk_seconds());  // many teams have long batches of short points
  return busy_.pop([this, longest](std::size_t i) {
    const auto& batches = teams_[i].batches;
    return batches.size() == 1 && batches.front().expected_seconds < longest;
  });
}

double Scheduler::chunk_seconds() const { return std::max(shortest_chunk, round_seconds() / master_share); }

/// A chunk of points, at most half of a team's share of what is left, but no less than what a team solves while the
/// master goes round once; a single one while nothing is known.
Scheduler::Out Scheduler::cut_batch() {
  Out batch;
  const bool costs_differ =
      steering_.expected_seconds && longest_ > shortest_chunk && seconds_per_point_ > worth_predicting;
  const std::size_t share = std::clamp<std::size_t>(left() / (2 * teams_.size()), 1, largest_batch);
  while (left() > 0) {
    const double seconds = costs_differ ? steering_.expected_seconds(queue_[head_]) : seconds_per_point_;
    const double after = batch.expected_seconds + seconds;
    const bool enough = after > chunk_seconds() || (batch.points.size() >= share && after > round_seconds());
    if (!batch.points.empty() && (enough || seconds_per_point_ == 0)) break;
    batch.points.push_back(queue_[head_++]);
    batch.expected_seconds = after;
  }
  if (seconds_per_point_ == 0) batch.expected_seconds = infinity;
  return batch;
}

void Scheduler::take(std::size_t index, std::span<const Solved> points, double seconds, bool returned) {
  Team& team = teams_[index];
  tally_.busy_seconds += seconds;
  if (!points.empty()) {
    const double each = std::max(seconds / static_cast<double>(points.size()), 1e-9);
    seconds_per_point_ = seconds_per_point_ == 0 ? each : 0.7 * seconds_per_point_ + 0.3 * each;
  }
  const std::size_t before = team.batches.size();
  strike_off(team, points);
  if (returned) take_back(team);
  if (team.batches.size() == before) return;
  if (team.batches.empty()) idle_.add(index);
  if (team.batches.size() == 1) busy_.add(index);
}

void Scheduler::strike_off(Team& team, std::span<const Solved> points) {
  const std::size_t stride = (points.size() + observed_a_report - 1) / observed_a_report;
  for (std::size_t i = 0; i < points.size() && !team.batches.empty(); ++i) {
    Out& batch = team.batches.front();
    const std::size_t point = batch.points[batch.solved++];
    tally_.points.add(points[i].outcome);
    longest_ = std::max(longest_, static_cast<double>(points[i].seconds));
    if (steering_.observe && i % stride == 0) {
      steering_.observe(point, points[i].seconds);
      ++observed_;
    }
    if (steering_.more) {
      const std::vector<std::size_t> added = steering_.more(point, points[i]);
      all_points_ += added.size();
      add(added);
    }
    if (batch.solved < batch.points.size()) continue;
    team.batches.pop_front();
    --batches_out_;
  }
}

/// To the front of the queue, where there is room for all that was ever handed out.
void Scheduler::take_back(Team& team) {
  if (team.batches.empty()) return;
  const Out& batch = team.batches.front();
  const auto rest = batch.points.begin() + static_cast<std::ptrdiff_t>(batch.solved);
  head_ -= static_cast<std::size_t>(batch.points.end() - rest);
  std::copy(rest, batch.points.end(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
  team.batches.pop_front();
  --batches_out_;
}

void Scheduler::add(std::span<const std::size_t> points) { queue_.insert(queue_.end(), points.begin(), points.end()); }

void Scheduler::order_if_it_matters() {
  if (!steering_.order || observed_ < next_order_ || longest_ < shortest_chunk) return;
  const double mean = tally_.busy_seconds / static_cast<double>(std::max<std::size_t>(tally_.points.all(), 1));
  const double makespan = mean * static_cast<double>(left()) / static_cast<double>(teams_.size());
  if (makespan > order_matters * longest_ || makespan < shortest_chunk) return;
  if (static_cast<double>(left()) * prediction > order_gains * longest_) return;
  next_order_ = std::max(observed_ + teams_.size() / 2,
                         static_cast<std::size_t>(std::ceil(order_growth * static_cast<double>(observed_))));
  steering_.order(std::span(queue_).subspan(head_));
}

void Scheduler::note_exchange(double seconds) { exchange_seconds_ += 0.02 * (seconds - exchange_seconds_); }

std::optional<std::size_t> Scheduler::point_of(std::size_t team) const {
  const auto& batches = teams_[team].batches;
  if (batches.empty()) return std::nullopt;
  return batches.front().points[batches.front().solved];
}

}  // namespace glasscape::sweep
