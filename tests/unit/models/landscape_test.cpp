// A disorder sample at finite size, against full tensors, finite differences and the covariance that defines it.
#include "glasscape/models/spiked_matrix_tensor/landscape.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>

#include "glasscape/core/schema.hpp"
#include "glasscape/solvers/matrix.hpp"
#include "glasscape/solvers/replicas.hpp"

namespace glasscape::spiked_matrix_tensor {
namespace {

using finite_size::GaussianPolynomial;

RandomStream stream(std::uint32_t replica, Purpose purpose = Purpose::disorder) {
  return RandomStream(7, 11, purpose, replica);
}

std::vector<double> random_point(std::size_t size, std::uint32_t which) {
  RandomStream random = stream(which, Purpose::initial_state);
  std::vector<double> x(size);
  fill_normal(random, x);
  const double norm = std::sqrt(dot(x, x) / static_cast<double>(size));
  for (double& element : x) element /= norm;
  return x;
}

/// The coefficient of every monomial, as its indices in descending order count up: the order in which they are stored.
class Monomials {
 public:
  explicit Monomials(const GaussianPolynomial& f) : f_(f) { visit({}, f.variables()); }

  double value(std::span<const double> x) const {
    double sum = 0;
    for (const auto& [indices, coefficient] : of_) {
      double product = coefficient;
      for (const std::size_t i : indices) product *= x[i];
      sum += product;
    }
    return sum;
  }

  const std::map<std::vector<std::size_t>, double>& all() const { return of_; }

 private:
  void visit(std::vector<std::size_t> indices, std::size_t below) {
    if (indices.size() == static_cast<std::size_t>(f_.degree())) {
      const bool on_diagonal = indices[indices.size() - 1] == indices[indices.size() - 2];
      of_[indices] = f_.coefficients()[next_++] * (on_diagonal ? 0.5 : 1);
      return;
    }
    for (std::size_t i = 0; i < below; ++i) {
      auto longer = indices;
      longer.push_back(i);
      visit(longer, i + 1);
    }
  }

  const GaussianPolynomial& f_;
  std::map<std::vector<std::size_t>, double> of_;
  std::size_t next_ = 0;
};

double multinomial(const std::vector<std::size_t>& indices) {
  std::map<std::size_t, int> times;
  for (const std::size_t i : indices) ++times[i];
  double orbit = std::tgamma(static_cast<double>(indices.size()) + 1);
  for (const auto& [index, n] : times) orbit /= std::tgamma(n + 1.0);
  return orbit;
}

class Polynomial : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Degrees, Polynomial, ::testing::Values(2, 3, 4, 5));

TEST_P(Polynomial, HoldsEachCoefficientOnce) {
  for (const std::size_t n : {1, 2, 5, 9}) {
    const GaussianPolynomial f(GetParam(), n, stream(0));
    EXPECT_EQ(f.coefficients().size(), Monomials(f).all().size());
    EXPECT_NEAR(GaussianPolynomial::coefficients_of(GetParam(), static_cast<double>(n)),
                static_cast<double>(f.coefficients().size()), 1e-6);
  }
}

TEST_P(Polynomial, GradientIsThatOfTheMonomials) {
  constexpr std::size_t n = 7;
  const GaussianPolynomial f(GetParam(), n, stream(1));
  const Monomials monomials(f);
  auto x = random_point(n, 2);
  std::vector<double> gradient(n);
  f.gradient(x, gradient);
  EXPECT_NEAR(dot(x, gradient) / GetParam(), monomials.value(x), 1e-12);
  for (std::size_t i = 0; i < n; ++i) {
    constexpr double step = 1e-5;
    auto above = x, below = x;
    above[i] += step;
    below[i] -= step;
    EXPECT_NEAR(gradient[i], (monomials.value(above) - monomials.value(below)) / (2 * step), 1e-7);
  }
}

/// Sizes on both sides of what is multiplied at once.
TEST_P(Polynomial, SeveralPointsAreTreatedAsOne) {
  const std::size_t n = GetParam() == 2 ? 300 : GetParam() == 3 ? 140 : 12;
  const GaussianPolynomial f(GetParam(), n, stream(1));
  for (const std::size_t points : {2, 16, 19}) {
    std::vector<double> x, together(n * points), alone(n);
    for (std::uint32_t r = 0; r < points; ++r) {
      const auto point = random_point(n, r);
      x.insert(x.end(), point.begin(), point.end());
    }
    f.gradient(x, together);
    for (std::size_t r = 0; r < points; ++r) {
      f.gradient(std::span(x).subspan(r * n, n), alone);
      for (std::size_t i = 0; i < n; ++i) {
        ASSERT_NEAR(together[r * n + i], alone[i], 1e-12 * std::pow(n, GetParam() / 2.0)) << r << " " << i;
      }
    }
  }
}

TEST_P(Polynomial, HessianIsTheGradientsDerivative) {
  constexpr std::size_t n = 8;
  const GaussianPolynomial f(GetParam(), n, stream(3));
  const auto x = random_point(n, 4), v = random_point(n, 5);
  finite_size::PackedMatrix hessian(n * (n + 1) / 2, 0.0);
  f.add_hessian(-0.5, x, hessian);
  std::vector<double> product(n), above(n), below(n);
  finite_size::multiply(hessian, v, product);
  constexpr double step = 1e-5;
  auto plus = x, minus = x;
  for (std::size_t i = 0; i < n; ++i) plus[i] += step * v[i], minus[i] -= step * v[i];
  f.gradient(plus, above);
  f.gradient(minus, below);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(product[i], -0.5 * (above[i] - below[i]) / (2 * step), 1e-6);
}

/// Each coefficient has its own variance: 2000 samples bound each ratio to 5 standard errors.
TEST_P(Polynomial, CoefficientsHaveMultinomialVariances) {
  constexpr int samples = 2000;
  std::map<std::vector<std::size_t>, double> squares;
  for (std::uint32_t sample = 0; sample < samples; ++sample) {
    const GaussianPolynomial f(GetParam(), 3, stream(sample));
    const Monomials monomials(f);
    for (const auto& [indices, coefficient] : monomials.all()) squares[indices] += coefficient * coefficient;
  }
  for (const auto& [indices, sum] : squares) {
    EXPECT_NEAR(sum / (samples * multinomial(indices)), 1, 5 * std::sqrt(2.0 / samples));
  }
}

struct Case {
  int p;
  double delta2, deltap;
};

class Sample : public ::testing::TestWithParam<Case> {
 protected:
  static Landscape make(std::size_t size, std::uint32_t replica) {
    const auto [p, delta2, deltap] = GetParam();
    return Landscape(Covariance(p, delta2, deltap), size, stream(replica));
  }
};
INSTANTIATE_TEST_SUITE_P(Models, Sample,
                         ::testing::Values(Case{3, 0.4, 1.0}, Case{4, 0.8, 0.3}, Case{2, 0.7, 0.9},
                                           Case{3, infinity, 0.5}, Case{3, 0.6, infinity}));

TEST_P(Sample, ForceIsMinusTheEnergysGradient) {
  constexpr std::size_t n = 20;
  const Landscape landscape = make(n, 0);
  auto x = random_point(n, 1);
  for (double& element : x) element += 0.3;
  std::vector<double> force(n), unused(n);
  landscape.evaluate(x, force);
  for (std::size_t i = 0; i < n; ++i) {
    constexpr double step = 1e-5;
    auto above = x, below = x;
    above[i] += step;
    below[i] -= step;
    const double difference = landscape.evaluate(above, unused)[0].sum() - landscape.evaluate(below, unused)[0].sum();
    EXPECT_NEAR(force[i], -static_cast<double>(n) * difference / (2 * step), 1e-7);
  }
}

TEST_P(Sample, HessianIsMinusTheForcesDerivative) {
  constexpr std::size_t n = 20;
  const Landscape landscape = make(n, 0);
  const auto x = random_point(n, 1), v = random_point(n, 2);
  std::vector<double> product(n), above(n), below(n);
  finite_size::multiply(landscape.hessian(x), v, product);
  constexpr double step = 1e-5;
  auto plus = x, minus = x;
  for (std::size_t i = 0; i < n; ++i) plus[i] += step * v[i], minus[i] -= step * v[i];
  landscape.evaluate(plus, above);
  landscape.evaluate(minus, below);
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(product[i], -(above[i] - below[i]) / (2 * step), 1e-6);
}

/// E H(x) = −N Q(m) and cov(H(x), H(y)) = N Q(x·y/N), by 5000 samples to 5 standard errors.
TEST_P(Sample, HasTheCovarianceOfTheModel) {
  constexpr int n = 5;
  constexpr std::uint32_t samples = 5000;
  const auto [p, delta2, deltap] = GetParam();
  const Covariance q(p, delta2, deltap);
  const auto x = random_point(n, 1), other = random_point(n, 2);
  std::vector<double> y(n), both(x), forces(2 * n);
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] + 0.7 * other[i];
  const double norm = std::sqrt(dot(y, y) / n);
  for (double& element : y) element /= norm;
  both.insert(both.end(), y.begin(), y.end());
  const std::array mean{-n * q.value(Landscape::overlap(x)), -n * q.value(Landscape::overlap(y))};
  ReplicaMean of;
  for (std::uint32_t sample = 0; sample < samples; ++sample) {
    const auto energies = make(n, sample).evaluate(both, forces);
    const double at_x = n * energies[0].sum() - mean[0], at_y = n * energies[1].sum() - mean[1];
    of.add(std::array{at_x, at_y, at_x * at_x, at_y * at_y, at_x * at_y});
  }
  const std::array expected{0.0, 0.0, n * q.value(1), n * q.value(1), n * q.value(dot(x, y) / n)};
  const auto error = of.error();
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(of.mean()[i], expected[i], 5 * error[i]) << i;
}

/// Noise parts of the energies scale as Δ^(−1/2), signal parts as 1/Δ: one sample for all variances.
TEST(Landscape, IsTheSameSampleForAllVariances) {
  constexpr std::size_t n = 30;
  const auto noise = [&](double delta2, double deltap) {
    auto x = random_point(n, 3);
    const double m = Landscape::overlap(x);
    std::vector<double> force(n);
    const Energies e = Landscape(Covariance(3, delta2, deltap), n, stream(2)).evaluate(x, force)[0];
    return std::array{std::sqrt(delta2) * (e.matrix + m * m / (2 * delta2)),
                      std::sqrt(deltap) * (e.tensor + m * m * m / (3 * deltap))};
  };
  const auto one = noise(1, 1);
  EXPECT_NE(one[0], 0);
  EXPECT_NEAR(noise(0.3, 5)[0], one[0], 1e-13);
  EXPECT_NEAR(noise(0.3, 5)[1], one[1], 1e-13);
  EXPECT_NEAR(noise(0.3, infinity)[0], one[0], 1e-13);
}

TEST(Landscape, SaysHowLargeItIs) {
  const Covariance both(3, 1, 1), tensor(4, infinity, 1);
  EXPECT_NEAR(Landscape::bytes(both, 10), 8 * (55 + 220), 1e-6);
  EXPECT_NEAR(Landscape::bytes(tensor, 10), 8 * 715, 1e-6);
  EXPECT_NEAR(Landscape::bytes(both, 2000), 8 * (2001 * 1000.0 + 1.335334e9), 1e4);  // fits in 24 GiB
  EXPECT_GT(Landscape::bytes(Covariance(1000, 1, 1), 1000000), 1e300);
}

}  // namespace
}  // namespace glasscape::spiked_matrix_tensor
