#pragma once

#include <deque>

#include "glasscape/sweep/work.hpp"

namespace glasscape::sweep {

/// What the master decides, without clock and messages: which points a team gets, in which order, how many at a time.
///
/// - A batch holds about `chunk_seconds` of work: 50 ms, or with many teams as much as keeps the master idle for three
///   quarters of its time; fewer points near the end, so that all teams finish together (a share of what is left, as in
///   guided self-scheduling: Polychronopoulos and Kuck, IEEE Trans. Comput. C-36, 1425 (1987)).
/// - One batch is queued ahead at each team, but not behind a long point: there it would wait while others are idle.
/// - Points are put in order, costliest first, again and again while a single one is long compared with what is left.
class Scheduler {
 public:
  struct Batch {
    std::size_t team = 0;
    std::vector<std::size_t> points;
    double chunk_seconds = 0;  ///< how long the team may solve before it commits and reports
  };

  Scheduler(std::size_t teams, std::vector<std::size_t> queue, const Steering& steering);

  /// The next batch to send; none until a team reports.
  std::optional<Batch> next();

  /// What a team reports: points in the order of its batches, the seconds it spent on them, and whether it gave back
  /// the rest of its first batch.
  void take(std::size_t team, std::span<const Solved> points, double seconds, bool returned);

  /// What it costs the master to receive a report and send a batch.
  void note_exchange(double seconds);

  bool finished() const { return batches_out_ == 0 && left() == 0 && last_.empty(); }
  bool has_left_points() const { return tally_.points.all() < all_points_; }
  const Tally& tally() const { return tally_; }
  double exchange_seconds() const { return exchange_seconds_; }
  double chunk_seconds() const;

  /// What a team is solving; none: it waits.
  std::optional<std::size_t> point_of(std::size_t team) const;

 private:
  struct Out {
    std::vector<std::size_t> points;
    std::size_t solved = 0;
    double expected_seconds = 0;
  };
  struct Team {
    std::deque<Out> batches;  ///< the first is being solved
  };

  /// Teams that may get a batch, in turn.
  class Waiting {
   public:
    explicit Waiting(std::size_t teams) : listed_(teams) {}
    void add(std::size_t team);
    /// The first that `may` have one; the others are dropped, their next report lists them again.
    std::optional<std::size_t> pop(const std::function<bool(std::size_t team)>& may);

   private:
    std::deque<std::size_t> teams_;
    std::vector<bool> listed_;
  };

  std::size_t left() const { return queue_.size() - head_; }
  std::optional<std::size_t> hungry_team();
  Out cut_batch();
  double round_seconds() const { return static_cast<double>(teams_.size()) * exchange_seconds_; }
  void strike_off(Team& team, std::span<const Solved> points);
  void take_back(Team& team);
  void add(std::span<const std::size_t> points);
  void order_if_it_matters();

  const Steering& steering_;
  std::vector<Team> teams_;
  Waiting idle_;                    ///< without a batch
  Waiting busy_;                    ///< with one: for another to be queued ahead
  std::vector<std::size_t> queue_;  ///< from `head_` on: not handed out
  std::size_t head_ = 0;
  std::vector<std::size_t> last_;  ///< after all others
  std::size_t all_points_;
  std::size_t batches_out_ = 0;
  double seconds_per_point_ = 0;
  double exchange_seconds_;
  double longest_ = 0;          ///< of the points so far, seconds
  std::size_t observed_ = 0;    ///< points since the start
  std::size_t next_order_ = 0;  ///< when so many are observed
  Tally tally_;
};

}  // namespace glasscape::sweep
