#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/reference.hpp"
#include "support/solve_point.hpp"

namespace glasscape::testing {

/// The records of tests/reference/sgd.json whose id begins with `prefix`.
inline std::vector<nlohmann::json> sgd_records(const std::string& prefix) {
  std::vector<nlohmann::json> found;
  for (const auto& record : reference_records("sgd")) {
    if (record.at("id").get<std::string>().starts_with(prefix)) found.push_back(record);
  }
  return found;
}

/// What follows the last '/' of a record's id.
inline std::string last_part(const nlohmann::json& record) {
  const auto id = record.at("id").get<std::string>();
  return id.substr(id.rfind('/') + 1);
}

/// "t20" → {20}, "20,10" → {20, 10}, "lag5" → {5}
inline std::vector<std::size_t> steps_of(const nlohmann::json& record) {
  std::vector<std::size_t> steps;
  bool in_number = false;
  for (const char c : last_part(record)) {
    const bool digit = c >= '0' && c <= '9';
    if (digit && !in_number) steps.push_back(0);
    if (digit) steps.back() = 10 * steps.back() + static_cast<std::size_t>(c - '0');
    in_number = digit;
  }
  return steps;
}

/// The parameters of a record under the names of the program; what a record does not give takes its default.
inline Values values_of(const nlohmann::json& record, const Schema& schema) {
  const std::vector<std::pair<std::string, std::string>> names{{"alpha", "alpha"},
                                                               {"noise_variance", "Delta"},
                                                               {"learning_rate", "eta"},
                                                               {"regularization", "lam"},
                                                               {"batch_size", "b"},
                                                               {"initial_variance", "R0"},
                                                               {"initial_overlap", "m0"},
                                                               {"persistence_time", "tau"},
                                                               {"clusters", "kind"},
                                                               {"cluster_threshold", "L"},
                                                               {"size", "p"},
                                                               {"steps", "T"}};
  Values values;
  const auto& given = record.at("params");
  for (const auto& [ours, theirs] : names) {
    if (!given.contains(theirs) || given.at(theirs).is_null() || schema.find_input(ours) == nullptr) continue;
    values[ours] = given.at(theirs).get<double>();
  }
  return values;
}

inline Parameters parameters_from(const Schema& schema, const Values& values) {
  Parameters parameters(schema);
  for (const auto& [name, value] : values) parameters.set_scalar(schema.input_position(name), value);
  return parameters;
}

}  // namespace glasscape::testing
