#include "messages.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <type_traits>

namespace glasscape::sweep {

namespace {

static_assert(std::is_trivially_copyable_v<Head> && std::is_trivially_copyable_v<Solved>);

void append(std::vector<char>& bytes, const void* data, std::size_t size) {
  const auto* begin = static_cast<const char*>(data);
  bytes.insert(bytes.end(), begin, begin + size);
}

/// Indices as runs of neighbours: (first, count) pairs.
std::vector<std::uint64_t> encode_runs(std::span<const std::size_t> indices) {
  std::vector<std::uint64_t> runs;
  for (const std::size_t index : indices) {
    if (!runs.empty() && runs[runs.size() - 2] + runs.back() == index) {
      ++runs.back();
    } else {
      runs.insert(runs.end(), {index, 1});
    }
  }
  return runs;
}

}  // namespace

std::vector<char> to_bytes(const Order& order) {
  const std::vector<std::uint64_t> runs = encode_runs(order.points);
  std::vector<char> bytes;
  bytes.reserve(sizeof order.chunk_seconds + runs.size() * sizeof runs[0]);
  append(bytes, &order.chunk_seconds, sizeof order.chunk_seconds);
  append(bytes, runs.data(), runs.size() * sizeof runs[0]);
  return bytes;
}

Order order_from(std::span<const char> bytes) {
  Order order;
  std::memcpy(&order.chunk_seconds, bytes.data(), sizeof order.chunk_seconds);
  for (bytes = bytes.subspan(sizeof order.chunk_seconds); !bytes.empty();) {
    std::array<std::uint64_t, 2> run = {};
    std::memcpy(run.data(), bytes.data(), sizeof run);
    for (std::uint64_t k = 0; k < run[1]; ++k) order.points.push_back(run[0] + k);
    bytes = bytes.subspan(sizeof run);
  }
  return order;
}

std::vector<char> to_bytes(const Report& report) {
  std::vector<char> bytes;
  bytes.reserve(sizeof(Head) + report.points.size() * sizeof(Solved));
  append(bytes, &report.head, sizeof(Head));
  append(bytes, report.points.data(), report.points.size() * sizeof(Solved));
  return bytes;
}

Report report_from(std::span<const char> bytes) {
  Report report;
  std::memcpy(&report.head, bytes.data(), sizeof(Head));
  const std::size_t points = (bytes.size() - sizeof(Head)) / sizeof(Solved);
  report.points.assign(points, Outcome::pending);
  if (points > 0) std::memcpy(report.points.data(), bytes.data() + sizeof(Head), points * sizeof(Solved));
  return report;
}

std::vector<char> receive(const wrap::Communicator& world, const boost::mpi::status& status) {
  std::vector<char> bytes(static_cast<std::size_t>(status.count<char>().value_or(0)));
  world.recv(status.source(), status.tag(), bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

void Backoff::sleep() {
  std::this_thread::sleep_for(pause_);
  pause_ = std::min(2 * pause_, longest);
}

boost::mpi::status wait_for(const wrap::Communicator& world, int source, Tag tag) {
  for (Backoff backoff;; backoff.sleep()) {
    if (const auto status = world.iprobe(source, tag)) return *status;
  }
}

void Outbox::post(const wrap::Communicator& world, int rank, Tag tag, std::vector<char> bytes) {
  letters_.remove_if([](Letter& letter) { return letter.request.test().has_value(); });
  Letter& letter = letters_.emplace_back(std::move(bytes));
  letter.request = world.isend(rank, tag, letter.bytes.data(), static_cast<int>(letter.bytes.size()));
}

void Outbox::wait() {
  Backoff backoff;
  for (Letter& letter : letters_) {
    while (!letter.request.test().has_value()) backoff.sleep();
  }
  letters_.clear();
}

}  // namespace glasscape::sweep
