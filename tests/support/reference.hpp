#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "glasscape/core/schema.hpp"

namespace glasscape::testing {

/// The records of tests/reference/NAME.json: item, quantity, params, value, atol and how each was computed.
inline nlohmann::json reference_records(const std::string& name) {
  std::ifstream file(std::string(GLASSCAPE_TESTS_DIR) + "/reference/" + name + ".json");
  return nlohmann::json::parse(file).at("records");
}

/// A parameter of a record; null stands for infinity.
inline double parameter(const nlohmann::json& record, const std::string& name) {
  const auto& value = record.at("params").at(name);
  return value.is_null() ? infinity : value.get<double>();
}

}  // namespace glasscape::testing
