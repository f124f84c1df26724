#pragma once

#include <filesystem>
#include <vector>

#include "glasscape/app/todo.hpp"
#include "glasscape/core/sweep.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/sweep/dispatch.hpp"

namespace glasscape::app {

/// The refinement of a running sweep, on its master: where Refinement, the result file and the dispatch meet.
class Refining {
 public:
  /// `outcomes`: what the file holds of each point, inferred ones pending. Leaves in `todo` what is needed first, and
  /// what is solved again in any case.
  Refining(const Sweep& sweep, const store::ResultFile& file, const std::vector<Outcome>& outcomes, Todo& todo);

  /// The points that are needed because of a solved one.
  std::vector<std::size_t> more(std::size_t index, const sweep::Solved& solved);

  std::size_t asked_for() const { return asked_for_; }  ///< points, in this job

  /// Writes the rows of all points that were not solved, where the file does not hold them yet. Returns how many points
  /// these are.
  std::size_t write_inferred(const std::filesystem::path& file) const;

 private:
  const Sweep& sweep_;
  Refinement refinement_;
  std::size_t asked_for_ = 0;
};

}  // namespace glasscape::app
