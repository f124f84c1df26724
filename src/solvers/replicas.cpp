#include "glasscape/solvers/replicas.hpp"

#include <cmath>
#include <cstring>
#include <span>

#include "glasscape/core/hash.hpp"

namespace glasscape {

namespace {

/// Hash of what the samples are asked for: the extendable parameters, which the point's key leaves out.
std::uint64_t question_of(const Parameters& parameters) {
  Hash hash;
  const auto& inputs = parameters.schema().inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].extendable || inputs[i].name == replicas_name) continue;
    hash.add(inputs[i].name);
    inputs[i].kind == Kind::list ? hash.add(parameters.list(i)) : hash.add(parameters.scalar(i));
  }
  return hash.value();
}

/// Mean and sum of squared deviations of the samples so far, one by one (Welford, Technometrics 4, 419 (1962)).
struct Accumulator {
  std::uint64_t samples = 0;
  std::vector<double> mean;
  std::vector<double> deviations;

  void add(const std::vector<double>& numbers) {
    mean.resize(numbers.size());
    deviations.resize(numbers.size());
    ++samples;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double before = numbers[i] - mean[i];
      mean[i] += before / static_cast<double>(samples);
      deviations[i] += before * (numbers[i] - mean[i]);
    }
  }

  SampleAverage average() const {
    SampleAverage average{.samples = samples, .mean = mean, .standard_error = {}};
    const auto n = static_cast<double>(samples);
    for (const double sum : deviations) {
      average.standard_error.push_back(samples > 1 ? std::sqrt(sum / (n * (n - 1))) : infinity);
    }
    return average;
  }
};

/// The state of a point: what was averaged, then the state of the sample under way. Is the checkpoint of that sample.
class AverageState final : public Checkpoint {
 public:
  AverageState(Checkpoint& point, std::uint64_t question, std::uint64_t replicas) : point_(point), question_(question) {
    const auto bytes = point.latest();
    if (!bytes || !read(*bytes) || accumulator.samples > replicas) {
      accumulator = {};
      under_way_.reset();
    }
  }

  std::optional<std::vector<std::byte>> latest() override { return under_way_; }
  void commit(std::span<const std::byte> state) override {
    under_way_.emplace(state.begin(), state.end());
    commit();
  }

  void commit() {
    const Header header{.question = question_,
                        .samples = accumulator.samples,
                        .numbers = accumulator.mean.size(),
                        .has_sample_under_way = under_way_.has_value() ? 1U : 0U};
    std::vector<std::byte> bytes;
    append(bytes, std::as_bytes(std::span(&header, 1)));
    append(bytes, std::as_bytes(std::span(accumulator.mean)));
    append(bytes, std::as_bytes(std::span(accumulator.deviations)));
    if (under_way_) append(bytes, *under_way_);
    point_.commit(bytes);
  }

  void add(const std::vector<double>& numbers) {
    accumulator.add(numbers);
    under_way_.reset();
  }

  Accumulator accumulator;

 private:
  struct Header {
    std::uint64_t question = 0;
    std::uint64_t samples = 0;
    std::uint64_t numbers = 0;
    std::uint64_t has_sample_under_way = 0;
  };

  static void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  }

  /// False where the state is none of this question.
  bool read(std::span<const std::byte> bytes) {
    Header header;
    if (bytes.size() < sizeof header) return false;
    std::memcpy(&header, bytes.data(), sizeof header);
    bytes = bytes.subspan(sizeof header);
    if (header.question != question_ || bytes.size() / (2 * sizeof(double)) < header.numbers) return false;
    accumulator.samples = header.samples;
    for (auto* numbers : {&accumulator.mean, &accumulator.deviations}) {
      numbers->resize(header.numbers);
      const auto taken = bytes.first(header.numbers * sizeof(double));
      if (!taken.empty()) std::memcpy(numbers->data(), taken.data(), taken.size());
      bytes = bytes.subspan(taken.size());
    }
    if (header.has_sample_under_way != 0) under_way_.emplace(bytes.begin(), bytes.end());
    return true;
  }

  Checkpoint& point_;
  std::uint64_t question_;
  std::optional<std::vector<std::byte>> under_way_;
};

}  // namespace

Input replicas_input(long fallback) {
  return {.name = std::string(replicas_name),
          .kind = Kind::integer,
          .doc = "samples of the disorder to average over",
          .domain = Interval::closed(1, 0x1p32),
          .fallback = {{static_cast<double>(fallback)}},
          .extendable = true};
}

std::optional<SampleAverage> average_over_replicas(const Parameters& parameters, PointContext& context,
                                                   const Sample& sample) {
  const auto replicas = static_cast<std::uint64_t>(parameters.integer(replicas_name));
  AverageState state(context.checkpoint(), question_of(parameters), replicas);
  Accumulator& sum = state.accumulator;
  const bool is_complete = sum.samples == replicas;
  while (sum.samples < replicas) {
    const auto numbers = sample(static_cast<std::uint32_t>(sum.samples), state);
    if (!numbers) return std::nullopt;
    state.add(*numbers);
    if (sum.samples == replicas) break;
    if (context.should_stop()) {
      state.commit();
      return std::nullopt;
    }
    if (context.checkpoint_is_due()) state.commit();
  }
  if (!is_complete) state.commit();
  return sum.average();
}

}  // namespace glasscape
