#include "glasscape/core/parameter_space.hpp"

#include <algorithm>
#include <stdexcept>

#include "glasscape/core/hash.hpp"

namespace glasscape {

ParameterSpace::ParameterSpace(const Schema& schema, Parameters fixed, std::vector<Axis> axes)
    : schema_(&schema), fixed_(std::move(fixed)), axes_(std::move(axes)) {
  for (const Axis& axis : axes_) {
    size_ *= axis.values.size();
    if (!axis.values.empty()) fixed_.set_scalar(axis.input, axis.values.front());
  }
}

bool ParameterSpace::is_axis(std::size_t input) const {
  return std::ranges::find(axes_, input, &Axis::input) != axes_.end();
}

Parameters ParameterSpace::values(std::size_t index) const {
  if (index >= size_) throw std::out_of_range("no such point in the grid");
  Parameters values = fixed_;
  for (auto axis = axes_.rbegin(); axis != axes_.rend(); ++axis) {
    values.set_scalar(axis->input, axis->values[index % axis->values.size()]);
    index /= axis->values.size();
  }
  return values;
}

std::string ParameterSpace::place(std::size_t index) const {
  if (axes_.empty()) return "the only point";
  const Parameters at = values(index);
  std::string text;
  for (const Axis& axis : axes_) {
    text += (text.empty() ? "" : ", ") + input(axis).name + " = " + at.text(axis.input);
  }
  return text;
}

GridPoint ParameterSpace::point(std::size_t index) const {
  Parameters at = values(index);
  const std::uint64_t key = key_of(at);
  const std::uint64_t sample_key = sample_key_of(at);
  return {.index = index, .key = key, .sample_key = sample_key, .values = std::move(at)};
}

std::uint64_t ParameterSpace::key_of(const Parameters& values) const {
  Hash hash;
  hash.add(schema_->model).add(schema_->solver).add(static_cast<std::uint64_t>(schema_->version));
  for (std::size_t i = 0; i < schema_->inputs.size(); ++i) {
    const Input& input = schema_->inputs[i];
    if (input.extendable && !is_axis(i)) continue;
    hash.add(input.name);
    input.kind == Kind::list ? hash.add(values.list(i)) : hash.add(values.scalar(i));
  }
  return hash.value();
}

std::uint64_t ParameterSpace::sample_key_of(const Parameters& values) const {
  Hash hash;
  hash.add(schema_->model);
  for (std::size_t i = 0; i < schema_->inputs.size(); ++i) {
    if (schema_->inputs[i].defines_sample) hash.add(schema_->inputs[i].name).add(values.scalar(i));
  }
  return hash.value();
}

}  // namespace glasscape
