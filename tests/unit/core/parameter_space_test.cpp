#include "glasscape/core/parameter_space.hpp"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "support/toy_registry.hpp"

namespace glasscape {
namespace {

using testing::toy_registry;
using testing::toy_sweep;

std::uint64_t key(const std::string& sections, std::size_t index = 0) {
  return toy_sweep(sections).space.point(index).key;
}

std::uint64_t sample_key(const std::string& sections) { return toy_sweep(sections).space.point(0).sample_key; }

const std::string base = "[parameters]\ndelta2 = 0.5\np = 4\ntemperature = 2\n";

TEST(PointKey, DoesNotDependOnHowTheSweepIsWritten) {
  EXPECT_EQ(key(base), key("[parameters]\ntemperature = 2\np = 4\ndelta2 = 0.5\n"));
  EXPECT_EQ(key(base), key("[grid]\ntemperature = 1, 2\n[parameters]\ndelta2 = 0.5\np = 4\n", 1));
  EXPECT_EQ(key(base), key("[grid]\np = 4\ndelta2 = linspace(0.1, 0.5, 5)\n[parameters]\ntemperature = 2\n", 4));
  EXPECT_EQ(key(base), key(base + "loss = square\n"));  // a default, spelt out
  EXPECT_EQ(key(base), key("seed = 9\n" + base));
}

TEST(PointKey, DoesNotDependOnExtendableParametersUnlessTheyAreAxes) {
  EXPECT_EQ(key(base), key(base + "t_max = 20\ntimes = 1, 2, 3\n"));
  EXPECT_NE(key("[grid]\nt_max = 5, 10\n" + base, 0), key("[grid]\nt_max = 5, 10\n" + base, 1));
}

TEST(PointKey, DependsOnEveryOtherValueToTheLastBit) {
  std::set<std::uint64_t> keys{key(base)};
  for (const char* change : {"delta2 = 0.50000000000000011", "delta2 = inf", "p = 5", "temperature = 0"}) {
    const std::string name(change, 0, std::string(change).find(' '));
    const Sweep sweep = toy_sweep(base, {"parameters." + std::string(change)});
    EXPECT_TRUE(keys.insert(sweep.space.point(0).key).second) << change;
  }
  EXPECT_TRUE(keys.insert(key(base + "loss = logistic\n")).second);
}

TEST(PointKey, DependsOnModelSolverAndVersion) {
  Schema schema = testing::toy_schema();
  const auto key_under = [](const Schema& other) {
    Parameters at(other);
    at.set_scalar(0, 0.5);
    return ParameterSpace(other, at, {}).point(0).key;
  };
  std::set<std::uint64_t> keys{key_under(schema)};
  schema.version = 2;
  EXPECT_TRUE(keys.insert(key_under(schema)).second);
  schema.solver = "cold";
  EXPECT_TRUE(keys.insert(key_under(schema)).second);
  schema.model = "other";
  EXPECT_TRUE(keys.insert(key_under(schema)).second);
}

TEST(PointKey, IsNoIndex) {
  const std::string forward = "[grid]\ndelta2 = 1, 2, 3\n";
  const std::string backward = "[grid]\ndelta2 = 3, 2, 1\n";
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(key(forward, i), key(backward, 2 - i));
}

TEST(PointKey, MinusZeroIsZero) {
  EXPECT_EQ(key("[parameters]\ndelta2 = 1\ntemperature = -0\n"), key("[parameters]\ndelta2 = 1\ntemperature = 0\n"));
}

TEST(SampleKey, DependsOnWhatDefinesTheSampleOnly) {
  EXPECT_EQ(sample_key(base), sample_key("[parameters]\ndelta2 = 7\np = 4\nloss = logistic\n"));
  EXPECT_NE(sample_key(base), sample_key("[parameters]\ndelta2 = 0.5\np = 3\ntemperature = 2\n"));
}

TEST(SampleKey, IsSharedByAllSolversOfAModelOnly) {
  const auto of_solver = [](std::size_t entry) {
    const Schema& schema = toy_registry()[entry].schema;
    return ParameterSpace(schema, Parameters(schema), {}).point(0).sample_key;
  };
  EXPECT_EQ(of_solver(0), of_solver(1));  // toy / plain, toy / cold
  EXPECT_NE(of_solver(0), of_solver(2));  // other / plain
}

TEST(ParameterSpace, IsRowMajorWithTheFirstAxisSlowest) {
  const Sweep sweep = toy_sweep("[grid]\ndelta2 = 1, 2\np = 2, 3, 4\n");
  ASSERT_EQ(sweep.space.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    const GridPoint point = sweep.space.point(i);
    EXPECT_EQ(point.index, i);
    EXPECT_EQ(point.values.real("delta2"), 1 + static_cast<double>(i / 3));
    EXPECT_EQ(point.values.integer("p"), 2 + static_cast<long>(i % 3));
  }
  EXPECT_THROW(sweep.space.point(6), std::out_of_range);
}

TEST(Parameters, WrongNamesAndKindsAreBugs) {
  const Sweep sweep = toy_sweep("[parameters]\ndelta2 = 1\ntimes = 1, 2\n");
  const Parameters& at = sweep.space.fixed();
  EXPECT_EQ(at.list("times").size(), 2u);
  EXPECT_THROW(at.real("detla2"), std::logic_error);
  EXPECT_THROW(at.real("p"), std::logic_error);
  EXPECT_THROW(at.integer("delta2"), std::logic_error);
  EXPECT_THROW(at.list("delta2"), std::logic_error);
}

}  // namespace
}  // namespace glasscape
