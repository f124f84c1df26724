#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "glasscape/core/sweep.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/sweep/work.hpp"

namespace glasscape::app {

/// The slowest points of a job, of those that were observed.
class SlowestPoints {
 public:
  struct Entry {
    double seconds;
    std::size_t index;
  };

  void add(std::size_t index, double seconds);
  const std::vector<Entry>& entries() const { return entries_; }  ///< slowest first

 private:
  std::vector<Entry> entries_;
};

/// What a job did, a line each: failures by message, slowest points, hours used and which part of them was spent on
/// solving. Nothing where there is nothing worth saying. `ranks` solve points, for `seconds` of wall time.
std::string job_summary(const Sweep& sweep, const store::ResultFile& file, const sweep::Tally& tally,
                        const SlowestPoints& slowest, int ranks, double seconds);

}  // namespace glasscape::app
