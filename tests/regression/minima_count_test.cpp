// The minima of small samples, found by descent from many starts, against their mean number at each overlap by the
// Kac-Rice formula at the same size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/replicas.hpp"
#include "models/spiked_matrix_tensor/averaged_descent.hpp"
#include "support/reference.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using nlohmann::json;
using testing::parameter;

constexpr std::uint32_t starts = 40;  // on samples of two or three minima

double tangent_norm(std::span<const double> x, std::span<const double> force) {
  const auto size = static_cast<double>(x.size());
  const double along = dot(x, force) / size;
  return std::sqrt(std::max(0.0, dot(force, force) / size - along * along));
}

/// Where descent from a start ends.
std::vector<double> minimum(const Landscape& landscape, std::uint32_t start) {
  AveragedDescent descent(landscape, {}, RandomStream(5, 6, Purpose::initial_state, start));
  std::vector<double> force(landscape.size());
  for (int step = 0; step < 20'000; ++step) {
    landscape.evaluate(descent.position(), force);
    if (tangent_norm(descent.position(), force) < 1e-5) break;
    descent.step(force);
  }
  return descent.position();
}

std::vector<double> overlaps_of_minima(const Landscape& landscape, std::uint32_t sample) {
  std::vector<std::vector<double>> minima;
  for (std::uint32_t start = 0; start < starts; ++start) {
    auto found = minimum(landscape, sample * starts + start);
    const auto is_same = [&](const std::vector<double>& other) {
      return dot(found, other) > (1 - 1e-4) * static_cast<double>(found.size());
    };
    if (std::ranges::none_of(minima, is_same)) minima.push_back(std::move(found));
  }
  std::vector<double> overlaps;
  for (const auto& x : minima) overlaps.push_back(Landscape::overlap(x));
  return overlaps;
}

using Counted = std::vector<std::vector<double>>;  // overlaps, by sample

Counted count(const json& record, std::uint32_t samples) {
  Counted found;
  const Covariance q(record.at("params").at("p").get<int>(), parameter(record, "D2"), parameter(record, "Dp"));
  for (std::uint32_t sample = 0; sample < samples; ++sample) {
    const Landscape landscape(q, static_cast<std::size_t>(parameter(record, "N")),
                              RandomStream(5, 6, Purpose::disorder, sample));
    found.push_back(overlaps_of_minima(landscape, sample));
  }
  return found;
}

void compare(double size, std::uint32_t samples) {
  Counted counted;
  int seen = 0;
  for (const json& record : testing::reference_records("complexity")) {
    if (record.at("item") != "4.finiteN" || parameter(record, "N") != size) continue;
    SCOPED_TRACE(record.dump());
    if (counted.empty()) counted = count(record, samples);
    ReplicaMean mean;
    for (const auto& overlaps : counted) {
      const auto is_inside = [&](double m) { return m >= parameter(record, "lo") && m < parameter(record, "hi"); };
      mean.add(std::vector{static_cast<double>(std::ranges::count_if(overlaps, is_inside))});
    }
    const double tolerance = record.at("atol").get<double>() + 4 * mean.error()[0];
    EXPECT_NEAR(mean.mean()[0], record.at("value").get<double>(), tolerance);
    ++seen;
  }
  EXPECT_EQ(seen, 5);
}

TEST(MinimaOfSmallSamples, NumberAtEachOverlap) { compare(8, 100); }

TEST(MinimaOfSmallSamples, LongNumberAtEachOverlap) {
  compare(8, 1000);
  compare(10, 1000);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
