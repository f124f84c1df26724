#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <span>
#include <vector>

#include "glasscape/sweep/work.hpp"
#include "glasscape/wrap/mpi.hpp"

namespace glasscape::sweep {

inline constexpr int master_rank = 0;

enum Tag : int {
  batch_tag,    ///< master → leader: an Order
  end_tag,      ///< master → leader: drop what is left of your batches, commit and report
  report_tag,   ///< leader → master: a Report
  sign_tag,     ///< leader → master: a SignOfLife
  verdict_tag,  ///< master → everyone, the last message: the text of a machine failure, or nothing
  member_tag,   ///< leader → the others of its team: the index of a point, or no_more_points
};

inline constexpr std::uint64_t no_more_points = ~std::uint64_t{0};

/// Points to solve, and how often to commit and report.
struct Order {
  double chunk_seconds = 0;
  std::vector<std::size_t> points = {};
};

/// What a leader tells of its team: the head of a report.
struct Head {
  double seconds = 0;       ///< solving; a slow disk must not make the batches smaller
  bool returned = false;    ///< the rest of the batch under way: it took too long
  bool wants_stop = false;  ///< a signal came to this rank, or its disk failed
  bool left = false;        ///< the last report
  std::array<char, 512> fault = {};
};

/// ... and what it has committed since its last report, in the order of its batches.
struct Report {
  Head head = {};
  std::vector<Solved> points = {};
};

struct SignOfLife {
  std::array<char, 48> report = {};
};

std::vector<char> to_bytes(const Order& order);
std::vector<char> to_bytes(const Report& report);
Order order_from(std::span<const char> bytes);
Report report_from(std::span<const char> bytes);

/// Receives the message that a probe found.
std::vector<char> receive(const wrap::Communicator& world, const boost::mpi::status& status);

/// Sleeps a little longer each time nothing came, so that waiting costs no CPU.
class Backoff {
 public:
  void reset() { pause_ = shortest; }
  void sleep();

  static constexpr std::chrono::microseconds shortest{50};
  static constexpr std::chrono::microseconds longest{4000};

 private:
  std::chrono::microseconds pause_ = shortest;
};

/// Sleeps until a message is there.
boost::mpi::status wait_for(const wrap::Communicator& world, int source, Tag tag);

/// Messages on their way: a long one must not make its sender wait, for MPI waits busily.
class Outbox {
 public:
  void post(const wrap::Communicator& world, int rank, Tag tag, std::vector<char> bytes);
  void wait();  ///< until all have arrived

 private:
  struct Letter {
    explicit Letter(std::vector<char> content) : bytes(std::move(content)) {}
    std::vector<char> bytes;
    boost::mpi::request request;
  };
  std::list<Letter> letters_;
};

}  // namespace glasscape::sweep
