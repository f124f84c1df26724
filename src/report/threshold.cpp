#include "glasscape/report/threshold.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/report/atomic_file.hpp"
#include "glasscape/report/crossing.hpp"
#include "glasscape/report/divergence.hpp"
#include "glasscape/report/scale.hpp"
#include "glasscape/report/table.hpp"
#include "glasscape/store/create.hpp"
#include "glasscape/store/rows.hpp"

namespace glasscape::report {

namespace fs = std::filesystem;

using store::ResultFile;
using store::Variable;

namespace {

/// The lines through the grid that run along the request's axis: one for each value of the other dimensions.
struct Lines {
  std::vector<std::string> over = {};   ///< the other dimensions
  std::vector<double> x = {};           ///< the axis
  std::vector<double> values = {};      ///< a line after the other
  std::vector<double> errors = {};      ///< likewise; 0 where unknown
  std::vector<double> status = {};      ///< likewise
  std::vector<std::size_t> order = {};  ///< positions of finite x, ascending
};

const Variable& observable_of(const ThresholdRequest& request, const ResultFile& file) {
  const Variable& along = dimension(file, request.along);
  const Variable& observable = number_variable(file, request.observable);
  if (!along.categories.empty()) {
    throw UserError(fmt::format("--along {}: its values are names, between which there is no threshold", along.name));
  }
  if (std::ranges::find(observable.dims, along.name) == observable.dims.end()) {
    throw UserError(fmt::format("--along {}: {} does not depend on it{}", along.name, observable.name,
                                suggestion(along.name, observable.dims)));
  }
  if (request.diverging && !observable.categories.empty()) {
    throw UserError(fmt::format("--diverging {}: {} is a category, no time", observable.name, observable.name));
  }
  check_fixed(request.fixed, {&file});
  if (request.fixed.contains(along.name)) {
    throw UserError(fmt::format("--at {}: is the axis of --along", along.name));
  }
  return observable;
}

Lines read_lines(const ThresholdRequest& request, const ResultFile& file, const Variable& observable) {
  Lines lines;
  for (const std::string& name : observable.dims) {
    if (name != request.along && !request.fixed.contains(name)) lines.over.push_back(name);
  }
  std::vector<std::string> all = lines.over;
  all.push_back(request.along);
  lines.x = file.read(request.along);
  lines.values = read_slice(file, observable, all, request.fixed);
  lines.status = read_slice(file, file.variable(store::field_name::status), all, request.fixed);
  lines.errors.assign(lines.values.size(), 0);
  if (const Variable* error = file.error_of(observable)) lines.errors = read_slice(file, *error, all, request.fixed);
  for (double& error : lines.errors) error = std::isfinite(error) ? error : 0;
  for (std::size_t i = 0; i < lines.x.size(); ++i) {
    if (std::isfinite(lines.x[i])) lines.order.push_back(i);
  }
  std::ranges::sort(lines.order, {}, [&](std::size_t i) { return lines.x[i]; });
  return lines;
}

/// The level as a number; NaN for any change of a category.
double level_of(const ThresholdRequest& request, const Variable& observable) {
  if (request.diverging) return not_a_number;
  if (observable.categories.empty()) {
    const auto level = parse_number(request.level);
    if (level && std::isfinite(*level)) return *level;
    throw UserError(request.level.empty() ? fmt::format("--level is missing: the value of {} to find", observable.name)
                                          : fmt::format("--level {}: is no number", request.level));
  }
  if (request.level.empty()) return not_a_number;
  std::vector<std::string> meanings;
  for (const Category& category : observable.categories) {
    if (category.meaning == request.level) return category.value;
    meanings.push_back(category.meaning);
  }
  throw UserError(fmt::format("--level {}: {} has no such category{}", request.level, observable.name,
                              suggestion(request.level, meanings)));
}

bool is_present(const Variable& observable, double value) {
  return observable.categories.empty() ? std::isfinite(value) : value >= 0;
}

/// What was found on one line; `set` puts it into the row of the table.
class Finder {
 public:
  Finder(const ThresholdRequest& request, const ResultFile& file)
      : request_(request),
        observable_(observable_of(request, file)),
        lines_(read_lines(request, file, observable_)),
        level_(level_of(request, observable_)),
        logarithmic_(is_logarithmic(lines_.x)) {}

  const Variable& observable() const { return observable_; }
  const std::vector<std::string>& over() const { return lines_.over; }

  /// Puts what is found on a line into its row; returns a word for the note where there is something to say.
  enum class Remark { none, several, nothing };
  Remark set(Solution& row, std::size_t line) const {
    return request_.diverging ? set_divergence(row, line) : set_crossings(row, line);
  }

 private:
  std::size_t place(std::size_t line, std::size_t i) const { return line * lines_.x.size() + i; }

  void append(Profile& profile, std::size_t line, std::size_t i) const {
    profile.x.push_back(lines_.x[i]);
    profile.value.push_back(lines_.values[place(line, i)]);
    profile.error.push_back(lines_.errors[place(line, i)]);
  }

  Remark set_crossings(Solution& row, std::size_t line) const {
    Profile profile;
    for (const std::size_t i : lines_.order) {
      if (is_present(observable_, lines_.values[place(line, i)])) append(profile, line, i);
    }
    const bool is_category = !observable_.categories.empty();
    if (is_category && !std::isnan(level_)) {
      for (double& value : profile.value) value = value == level_ ? 1 : 0;
    }
    const auto crossings = is_category ? find_changes(profile) : find_crossings(profile, level_, logarithmic_);
    row.set("crossings", static_cast<double>(crossings.size()));
    if (crossings.empty()) {
      row.message = profile.x.empty() ? "no values" : "no crossing";
      return Remark::nothing;
    }
    row.set("threshold", crossings.front().x, crossings.front().error);
    if (crossings.size() == 1) return Remark::none;
    std::vector<std::string> places;
    for (const Crossing& crossing : crossings) places.push_back(fmt::format("{:.6g}", crossing.x));
    row.message = fmt::format("the first of {} crossings: {}", places.size(), fmt::join(places, ", "));
    return Remark::several;
  }

  /// The longest stretch of finite positive times, and where it ends on either side: at a point that was solved and has
  /// none. Points that failed or are pending say nothing.
  struct Stretch {
    Profile times = {};
    double before = -infinity;
    double after = infinity;
  };
  Stretch longest_stretch(std::size_t line) const {
    Stretch longest;
    Stretch current;
    const auto end_at = [&](double x) {
      current.after = x;
      if (current.times.x.size() > longest.times.x.size()) longest = current;
      current = {.before = x};
    };
    for (const std::size_t i : lines_.order) {
      const double time = lines_.values[place(line, i)];
      const auto status = static_cast<Outcome>(lines_.status[place(line, i)]);
      if (std::isfinite(time) && time > 0) {
        append(current.times, line, i);
      } else if (status == Outcome::done || status == Outcome::inferred) {
        end_at(lines_.x[i]);
      }
    }
    end_at(infinity);
    return longest;
  }

  void keep_nearest(Profile& times, Side side) const {
    if (request_.nearest == 0 || request_.nearest >= times.x.size()) return;
    const auto surplus = static_cast<std::ptrdiff_t>(times.x.size() - request_.nearest);
    for (auto* numbers : {&times.x, &times.value, &times.error}) {
      if (side == Side::below) numbers->erase(numbers->begin(), numbers->begin() + surplus);
      if (side == Side::above) numbers->erase(numbers->end() - surplus, numbers->end());
    }
  }

  Remark set_divergence(Solution& row, std::size_t line) const {
    Stretch stretch = longest_stretch(line);
    if (stretch.times.x.size() < fewest_for_divergence) {
      row.message = fmt::format("{} finite times are too few for a fit", stretch.times.x.size());
      return Remark::nothing;
    }
    const Side side = side_of(stretch.times);
    keep_nearest(stretch.times, side);
    const auto fit = fit_divergence(stretch.times, side, side == Side::below ? stretch.after : stretch.before);
    row.set("points", static_cast<double>(stretch.times.x.size()));
    if (!fit) {
      row.message = "no power law with a divergence next to these times fits them";
      return Remark::nothing;
    }
    row.set("threshold", fit->x_c, fit->x_c_error);
    row.set("exponent", fit->exponent, fit->exponent_error);
    row.set("amplitude", fit->amplitude);
    row.set("chi_square", fit->chi_square);
    row.set("side", fit->side == Side::below ? 0 : 1);
    return Remark::none;
  }

  const ThresholdRequest& request_;
  const Variable& observable_;
  Lines lines_;
  double level_;
  bool logarithmic_;
};

/// What is found, in words that a legend can hold.
std::string description(const ThresholdRequest& request, const Variable& observable) {
  if (request.diverging) return fmt::format("divergence of {}", observable.name);
  if (request.level.empty()) return fmt::format("change of {}", observable.name);
  return fmt::format("{} = {}", observable.name, request.level);
}

std::vector<Output> outputs(const ThresholdRequest& request, const Variable& observable, const Variable& along) {
  Output threshold{.name = "threshold",
                   .unit = along.units,
                   .doc = description(request, observable),
                   .error = request.diverging ? ErrorKind::statistical : ErrorKind::numerical,
                   .nan_meaning = "none",
                   .along = along.name};
  if (!request.diverging) {
    return {threshold, {.name = "crossings", .doc = "how many there are, of which the first is given"}};
  }
  return {threshold,
          {.name = "exponent",
           .symbol = "ν",
           .doc = "of the power law A |x - threshold|^-ν",
           .error = ErrorKind::statistical,
           .nan_meaning = "none"},
          {.name = "amplitude", .symbol = "A", .doc = "of the power law", .nan_meaning = "none"},
          {.name = "chi_square", .doc = "of the fit, a degree of freedom", .nan_meaning = "none"},
          {.name = "points", .doc = "of the fit", .nan_meaning = "none"},
          {.name = "side",
           .doc = "of the threshold, on which the points lie",
           .nan_meaning = "none",
           .categories = {{0, "below"}, {1, "above"}}}};
}

Input input_of(const Variable& coordinate) {
  Input input{
      .name = coordinate.name, .symbol = coordinate.symbol, .unit = coordinate.units, .doc = coordinate.long_name};
  for (const Category& category : coordinate.categories) input.choices.push_back(category.meaning);
  if (!input.choices.empty()) input.kind = Kind::choice;
  return input;
}

store::RootAttributes attributes(const ThresholdRequest& request, const ResultFile& file) {
  store::RootAttributes kept{{"Conventions", "CF-1.8"}, {"source_file", request.file.filename().string()}};
  for (const char* name : {"glasscape_version", "git_commit", "format_version", "model", "solver", "solver_version",
                           "reference", "parameters", "sweep_file", "overrides", "seed"}) {
    kept.emplace_back(name, file.attribute(name));
  }
  return kept;
}

std::string lines_of(std::size_t count, std::size_t all) {
  return all == 1 ? "the one line" : fmt::format("{} of {} lines", count, all);
}

/// Makes the table as a result file.
void make_table(const ThresholdRequest& request, const fs::path& path, std::vector<std::string>& notes) {
  const ResultFile file(request.file);
  const Finder finder(request, file);
  Schema schema{.model = file.attribute("model"), .solver = "threshold"};
  schema.outputs = outputs(request, finder.observable(), dimension(file, request.along));
  std::vector<Axis> axes;
  for (const std::string& name : finder.over()) {
    axes.push_back({.input = schema.inputs.size(), .values = file.read(name)});
    schema.inputs.push_back(input_of(dimension(file, name)));
  }
  const ParameterSpace space(schema, Parameters(schema), axes);
  const Shape shape(schema, space.fixed());
  store::create_result_file(path, store::Layout(space, shape), attributes(request, file));
  store::RowWriter writer{ResultFile(path)};
  std::size_t nothing = 0;
  std::size_t several = 0;
  for (std::size_t line = 0; line < space.size(); ++line) {
    Solution row(shape);
    const auto remark = finder.set(row, line);
    nothing += remark == Finder::Remark::nothing ? 1 : 0;
    several += remark == Finder::Remark::several ? 1 : 0;
    writer.stage(space.point(line), row, 0);
  }
  writer.commit();
  if (nothing > 0) notes.push_back(lines_of(nothing, space.size()) + " without a threshold: `message` says why");
  if (several > 0) notes.push_back(lines_of(several, space.size()) + " with several: the first is given");
}

}  // namespace

void write_thresholds(const ThresholdRequest& request, const fs::path& output, std::vector<std::string>& notes) {
  if (output.extension() == ".h5") {
    return replace_file(output, [&](const fs::path& temporary) { make_table(request, temporary, notes); });
  }
  struct RemovedAtEnd {
    fs::path path;
    ~RemovedAtEnd() {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
  } const table{output.parent_path() / fmt::format(".{}.{}.h5", output.stem().string(), ::getpid())};
  make_table(request, table.path, notes);
  const ResultFile file(table.path);
  write_text_file(output, [&](std::ostream& out) { write_csv(out, file, choose_content(file, {}, notes)); });
}

}  // namespace glasscape::report
