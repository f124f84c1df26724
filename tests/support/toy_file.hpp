#pragma once

#include <filesystem>
#include <string>

#include "glasscape/store/create.hpp"
#include "glasscape/store/identity.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/store/rows.hpp"
#include "support/toy_registry.hpp"

namespace glasscape::testing {

inline void create(const std::filesystem::path& path, const Sweep& sweep) {
  store::create_result_file(path, store::Layout(sweep.space, sweep.shape),
                            store::root_attributes(sweep, {{"glasscape_version", "test"}}));
}

/// What point `index` of a sweep of toy / plain is given in these tests: different numbers everywhere.
inline Solution toy_solution(const Sweep& sweep, std::size_t index) {
  const auto x = static_cast<double>(index);
  Solution solution(sweep.shape);
  solution.set("overlap", 10 + x, 0.01 * (x + 1));
  std::vector<double> correlation(sweep.shape.count(1));
  std::vector<double> errors(sweep.shape.count(1));
  for (std::size_t t = 0; t < correlation.size(); ++t) {
    correlation[t] = 100 * x + static_cast<double>(t);
    errors[t] = 0.5 + static_cast<double>(t);
  }
  solution.set("correlation", correlation, errors);
  solution.set("phase", index % 2 == 0 ? 0 : 1);
  solution.set("line", x == 1 ? not_a_number : infinity);
  solution.message = "message " + std::to_string(index);
  return solution;
}

/// Creates the file of a sweep and commits all its points.
inline void create_full(const std::filesystem::path& path, const Sweep& sweep) {
  create(path, sweep);
  const store::ResultFile file(path);
  store::RowWriter writer(file);
  for (std::size_t i = 0; i < sweep.space.size(); ++i) writer.stage(sweep.space.point(i), toy_solution(sweep, i), 0.25);
  writer.commit();
}

inline std::vector<Outcome> scan(const std::filesystem::path& path, const Sweep& sweep) {
  const store::ResultFile file(path);
  return scan_rows(store::RowFile(file, store::RowFile::Access::read), sweep.space);
}

}  // namespace glasscape::testing
