#include "glasscape/app/cost_file.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>

#include "glasscape/report/atomic_file.hpp"

namespace glasscape::app {

namespace fs = std::filesystem;

namespace {

constexpr const char* measured = "measured_seconds";
constexpr double worth_keeping = 10;  // seconds of all samples

fs::path side_path(const fs::path& result_file) { return result_file.string() + ".costs"; }

std::string title(const Schema& schema) {
  return fmt::format("# {} / {}: what points took", schema.model, schema.solver);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

std::vector<CostSample> read(const fs::path& path, const Schema& schema) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line != title(schema) || !std::getline(file, line)) return {};
  const std::vector<std::string> names = cells_of(line);
  std::vector<CostSample> samples;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != names.size()) continue;
    CostSample sample{.values = std::vector<double>(schema.inputs.size(), not_a_number)};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const double value = std::strtod(cells[i].c_str(), nullptr);
      if (names[i] == measured) sample.seconds = value;
      if (schema.find_input(names[i]) != nullptr) sample.values[schema.input_position(names[i])] = value;
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

std::vector<CostSample> read_costs(const fs::path& result_file, const Schema& schema) {
  return read(side_path(result_file), schema);
}

std::vector<CostSample> find_costs(const fs::path& result_file, const Schema& schema) {
  std::vector<CostSample> found = read_costs(result_file, schema);
  std::error_code error;
  fs::file_time_type newest = fs::file_time_type::min();
  if (!found.empty()) return found;
  for (const auto& entry : fs::directory_iterator(fs::absolute(result_file).parent_path(), error)) {
    if (entry.path().extension() != ".costs" || entry.last_write_time(error) <= newest) continue;
    auto samples = read(entry.path(), schema);
    if (samples.empty()) continue;
    newest = entry.last_write_time(error);
    found = std::move(samples);
  }
  return found;
}

void keep_costs(const fs::path& result_file, const Schema& schema, const std::vector<CostSample>& samples) {
  const auto add = [](double sum, const CostSample& sample) { return sum + sample.seconds; };
  if (std::accumulate(samples.begin(), samples.end(), 0.0, add) < worth_keeping) return;
  try {
    report::write_text_file(side_path(result_file), [&](std::ostream& out) {
      out << title(schema) << '\n';
      for (const Input& input : schema.inputs) {
        if (input.kind != Kind::list) out << input.name << ',';
      }
      out << measured << '\n';
      for (const CostSample& sample : samples) {
        for (std::size_t i = 0; i < schema.inputs.size(); ++i) {
          if (schema.inputs[i].kind != Kind::list) out << fmt::format("{},", sample.values[i]);
        }
        out << fmt::format("{:.3g}\n", sample.seconds);
      }
    });
  } catch (const std::exception&) {
    return;  // a full disk: the sweep itself says so
  }
}

}  // namespace glasscape::app
