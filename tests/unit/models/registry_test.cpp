#include "glasscape/models/registry.hpp"

#include <gtest/gtest.h>

#include <set>

#include "glasscape/core/parameters.hpp"

namespace glasscape {
namespace {

/// The result file keeps all of these side by side: no name may occur twice.
TEST(Registry, NamesOfOneSolverDiffer) {
  for (const SolverEntry& entry : registry()) {
    std::multiset<std::string> names{"status",   "message",  "message_length", "point_key",
                                     "checksum", "attempts", "seconds"};
    for (const Input& input : entry.schema.inputs) {
      if (input.kind != Kind::list) names.insert(input.name);
    }
    for (const Dimension& dimension : entry.schema.dimensions) names.insert(dimension.name);
    for (const Output& output : entry.schema.outputs) {
      names.insert(output.name);
      if (output.error != ErrorKind::none) names.insert(output.name + "_error");
    }
    for (const std::string& name : names) {
      EXPECT_EQ(names.count(name), 1u) << entry.schema.model << " / " << entry.schema.solver << ": " << name;
    }
  }
}

TEST(Registry, EverythingIsDocumented) {
  for (const SolverEntry& entry : registry()) {
    const Schema& schema = entry.schema;
    EXPECT_FALSE(schema.doc.empty() || schema.model_doc.empty() || schema.reference.empty()) << schema.solver;
    for (const Input& input : schema.inputs) EXPECT_FALSE(input.doc.empty()) << schema.solver << ": " << input.name;
    for (const Output& output : schema.outputs)
      EXPECT_FALSE(output.doc.empty()) << schema.solver << ": " << output.name;
  }
}

TEST(Registry, DefaultsLieInTheirDomains) {
  for (const SolverEntry& entry : registry()) {
    for (const Input& input : entry.schema.inputs) {
      if (!input.fallback || input.kind == Kind::choice) continue;
      for (const double value : *input.fallback) {
        EXPECT_TRUE(input.domain.contains(value)) << entry.schema.solver << ": " << input.name;
      }
    }
  }
}

TEST(Registry, RulesAreAboutTheirParametersAndDefaultsKeepThem) {
  for (const SolverEntry& entry : registry()) {
    const Schema& schema = entry.schema;
    Parameters values(schema);
    for (std::size_t i = 0; i < schema.inputs.size(); ++i) {
      if (!schema.inputs[i].fallback) values.set_scalar(i, 1);
    }
    for (const Rule& rule : schema.rules) {
      for (const std::string& name : rule.inputs) EXPECT_NE(schema.find_input(name), nullptr) << name;
      EXPECT_EQ(rule.complaint(values), std::nullopt) << schema.model << " / " << schema.solver;
    }
  }
}

/// Averages take more samples. Runs on samples go on to larger ends, and so do marches; paths are drawn for all steps
/// at once.
TEST(Registry, SaysWhichParametersContinueAState) {
  for (const SolverEntry& entry : registry()) {
    static const std::set<std::string> anew{"sgd_dmft", "equilibrium"};
    for (const Input& input : entry.schema.inputs) {
      if (input.name == replicas_name) {
        EXPECT_TRUE(input.extendable) << entry.schema.solver;
      }
      EXPECT_EQ(input.continued,
                input.extendable && (!anew.contains(entry.schema.solver) || input.name == replicas_name))
          << entry.schema.solver << ": " << input.name;
    }
  }
}

}  // namespace
}  // namespace glasscape
