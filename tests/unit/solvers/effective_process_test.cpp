// What a forward pass is made of: white noise with exact sample moments, averages of responses.
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "glasscape/solvers/effective_process/forward_pass.hpp"
#include "solvers/effective_process/path_response.hpp"
#include "solvers/effective_process/white_noise.hpp"

namespace glasscape::effective_process {
namespace {

TEST(WhiteNoise, HasExactSampleMoments) {
  constexpr std::size_t paths = 256, steps = 70;
  RandomStream random(1, 2, Purpose::paths);
  WhiteNoise noise(paths, steps, random);
  std::vector<std::vector<double>> all{std::vector<double>(paths, 1.0), {}, {}};
  all[1].assign(noise.teacher().begin(), noise.teacher().end());
  all[2].assign(noise.start().begin(), noise.start().end());
  for (std::size_t s = 0; s < steps; ++s) {
    std::vector<double> weights(s + 1, 0.0), numbers(paths, 0.0);
    weights[s] = 1;
    noise.add(1, weights, numbers);
    all.push_back(std::move(numbers));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      EXPECT_NEAR(dot(all[i], all[j]) / paths, i == j ? 1 : 0, 1e-11) << i << " " << j;
    }
  }
}

TEST(WhiteNoise, NeedsAsManyPathsAsRows) {
  RandomStream random(1, 2, Purpose::paths);
  EXPECT_THROW(WhiteNoise(64, 64, random), std::domain_error);
}

/// Paths with decays, sources and curvatures of their own and memory; all responses in full beside the estimate.
struct ResponseExample {
  static constexpr std::size_t paths = 4096, steps = 24;
  double spread = 0;       ///< of what differs from path to path
  bool forgetful = false;  ///< whether some paths lose all memory at each step

  void run(Matrix& estimated, Matrix& exact) const {
    RandomStream random(1, 2, Purpose::paths);
    PathResponse response(paths, steps);
    Matrix probe(steps + 1, paths);
    std::vector<Matrix> full(paths, Matrix(steps + 1, steps));  // by path: Δ(t,s)
    std::vector<double> decay(paths), source(paths), a(paths);
    for (std::size_t t = 0; t < steps; ++t) {
      for (std::size_t n = 0; n < paths; ++n) {
        source[n] = -0.2 * (1 + spread * random.normal());
        decay[n] = forgetful && n % 7 == 0 ? 0 : 0.9 + source[n];
        a[n] = 1 + spread * random.normal();
      }
      for (std::size_t s = 0; s < t; ++s) {
        for (std::size_t n = 0; n < paths; ++n) exact(t, s) += a[n] * full[n](t, s) / paths;
      }
      if (t > 0) response.average(a, probe.row(t), estimated.row(t).first(t));
      std::vector<double> memory(t);
      for (std::size_t u = 0; u < t; ++u) memory[u] = 0.05 / (1 + static_cast<double>(t - u));
      add_combination(1, memory, probe, probe.row(t + 1));
      response.advance(t, decay, source, probe.row(t), probe.row(t + 1));
      for (std::size_t n = 0; n < paths; ++n) {
        full[n](t + 1, t) = source[n];
        for (std::size_t s = 0; s < t; ++s) {
          full[n](t + 1, s) = decay[n] * full[n](t, s);
          for (std::size_t u = s + 1; u < t; ++u) full[n](t + 1, s) += memory[u] * full[n](u, s);
        }
      }
    }
  }
};

TEST(PathResponse, IsExactWhereAllPathsAreAlike) {
  Matrix estimated(24, 24), exact(24, 24);
  ResponseExample{}.run(estimated, exact);
  for (std::size_t t = 1; t < 24; ++t) {
    for (std::size_t s = 0; s < t; ++s) EXPECT_NEAR(estimated(t, s), exact(t, s), 1e-13) << t << " " << s;
  }
}

TEST(PathResponse, IsRightOnAverage) {
  Matrix estimated(24, 24), exact(24, 24);
  ResponseExample{.spread = 0.3, .forgetful = true}.run(estimated, exact);
  double sum = 0, squares = 0, count = 0;
  for (std::size_t t = 2; t < 24; ++t) {
    for (std::size_t s = 0; s + 1 < t; ++s) {
      const double difference = estimated(t, s) - exact(t, s);
      EXPECT_NEAR(difference, 0, 5e-3) << t << " " << s;
      sum += difference;
      squares += difference * difference;
      ++count;
    }
  }
  EXPECT_LT(std::abs(sum), 5 * std::sqrt(squares));
  EXPECT_LT(std::sqrt(squares / count), 1e-3);  // of responses of 0.2
}

}  // namespace
}  // namespace glasscape::effective_process
