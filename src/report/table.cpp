#include "glasscape/report/table.hpp"

#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/suggest.hpp"
#include "glasscape/report/selection.hpp"

namespace glasscape::report {

using store::ResultFile;
using store::Variable;

namespace {

bool contains_all(const std::vector<std::string>& larger, const std::vector<std::string>& smaller) {
  return std::ranges::all_of(smaller,
                             [&](const std::string& name) { return std::ranges::find(larger, name) != larger.end(); });
}

std::vector<const Variable*> named_observables(const ResultFile& file, const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const Variable* variable : file.observables()) all.push_back(variable->name);
  std::vector<const Variable*> chosen;
  std::vector<std::string> errors;
  for (const std::string& name : names) {
    if (std::ranges::find(all, name) == all.end()) {
      errors.push_back(
          fmt::format("{}: holds no observable '{}'{}", file.path().string(), name, suggestion(name, all)));
    } else {
      chosen.push_back(&file.variable(name));
    }
  }
  if (!errors.empty()) throw UserError(errors);
  return chosen;
}

std::vector<const Variable*> default_observables(const ResultFile& file, std::vector<std::string>& notes) {
  std::vector<const Variable*> chosen;
  std::vector<std::string> others;
  const auto all = file.observables();
  const auto is_scalar = [&](const Variable* variable) { return own_dimensions(file, *variable).empty(); };
  const bool has_scalars = std::ranges::any_of(all, is_scalar);
  for (const Variable* variable : all) {
    const auto own = own_dimensions(file, *variable);
    if (has_scalars ? own.empty() : own == own_dimensions(file, *all.front())) {
      chosen.push_back(variable);
    } else {
      others.push_back(fmt::format("{} (over {})", variable->name, fmt::join(own, ", ")));
    }
  }
  if (!others.empty()) {
    notes.push_back(fmt::format("not in this table, ask for them by --observable NAME: {}", fmt::join(others, ", ")));
  }
  return chosen;
}

/// A column's numbers for one slab of the grid and how to find a row's number in them.
struct Column {
  const Variable* variable = nullptr;
  std::vector<double> values = {};
  std::vector<std::size_t> strides = {};  ///< along the table's own dimensions; zero repeats
  std::size_t row_stride = 1;             ///< from one grid point to the next
};

Column make_column(const ResultFile& file, const Variable& variable, const TableContent& content) {
  Column column{.variable = &variable, .strides = std::vector<std::size_t>(content.own_dimensions.size(), 0)};
  const std::size_t grid_rank = file.axes().size();
  for (std::size_t i = variable.dims.size(); i-- > grid_rank; column.row_stride *= variable.shape[i]) {
    const auto place = std::ranges::find(content.own_dimensions, variable.dims[i]) - content.own_dimensions.begin();
    column.strides[static_cast<std::size_t>(place)] = column.row_stride;
  }
  return column;
}

/// The table's writer: reads the grid in slabs along its first axis, so that memory does not grow with the file.
class CsvWriter {
 public:
  CsvWriter(std::ostream& out, const ResultFile& file, const TableContent& content)
      : out_(out), file_(file), grid_(file.variable(store::field_name::status).shape) {
    for (const std::string& name : file.axes()) add_coordinate(name);
    for (const std::string& name : content.own_dimensions) {
      add_coordinate(name);
      own_shape_.push_back(dimension(file, name).size());
      own_size_ *= own_shape_.back();
    }
    for (const Variable* variable : content.observables) {
      columns_.push_back(make_column(file, *variable, content));
      const Variable* error = file.error_of(*variable);
      if (error != nullptr) columns_.push_back(make_column(file, *error, content));
    }
    columns_.push_back(make_column(file, file.variable(store::field_name::status), content));
  }

  void write() {
    std::vector<std::string> names;
    for (const Variable* coordinate : coordinates_) names.push_back(csv_field(coordinate->name));
    for (const Column& column : columns_) names.push_back(csv_field(column.variable->name));
    names.emplace_back(store::field_name::message);
    fmt::print(out_, "{}\r\n", fmt::join(names, ","));
    if (grid_.empty()) return write_slab({});
    std::size_t inner = 1;
    for (std::size_t i = 1; i < grid_.size(); ++i) inner *= grid_[i];
    const std::size_t thickness = std::max<std::size_t>(1, rows_at_once / std::max<std::size_t>(1, inner * own_size_));
    for (std::size_t first = 0; first < grid_[0]; first += thickness) {
      store::Slab slab{std::vector<std::size_t>(grid_.size(), 0), grid_};
      slab.start[0] = first;
      slab.count[0] = std::min(thickness, grid_[0] - first);
      write_slab(slab);
    }
  }

 private:
  static constexpr std::size_t rows_at_once = 65536;

  void add_coordinate(const std::string& name) {
    coordinates_.push_back(&dimension(file_, name));
    coordinate_values_.push_back(file_.read(*coordinates_.back()));
  }

  void write_slab(const store::Slab& slab) {
    std::size_t rows = 1;
    for (const std::size_t count : slab.count) rows *= count;
    for (Column& column : columns_) {
      store::Slab part = slab;
      for (std::size_t i = grid_.size(); i < column.variable->shape.size(); ++i) {
        part.start.push_back(0);
        part.count.push_back(column.variable->shape[i]);
      }
      column.values = file_.read(*column.variable, part);
    }
    const std::vector<std::string> messages = file_.read_messages(slab);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t entry = 0; entry < own_size_; ++entry) write_row(slab, row, entry, messages[row]);
    }
  }

  void write_row(const store::Slab& slab, std::size_t row, std::size_t entry, const std::string& message) {
    line_.clear();
    append_coordinates(slab.start, slab.count, row, 0);
    append_coordinates(std::vector<std::size_t>(own_shape_.size(), 0), own_shape_, entry, grid_.size());
    for (const Column& column : columns_) {
      std::size_t place = row * column.row_stride;
      std::size_t rest = entry;
      for (std::size_t i = own_shape_.size(); i-- > 0; rest /= own_shape_[i]) {
        place += rest % own_shape_[i] * column.strides[i];
      }
      append(*column.variable, column.values[place]);
    }
    line_ += csv_field(message) + "\r\n";
    out_ << line_;
  }

  /// Those of the `index`-th entry of a block that starts at `start`; its dimensions begin at `offset` of all.
  void append_coordinates(const std::vector<std::size_t>& start, const std::vector<std::size_t>& count,
                          std::size_t index, std::size_t offset) {
    std::size_t stride = 1;
    for (const std::size_t extent : count) stride *= extent;
    for (std::size_t i = 0; i < count.size(); ++i) {
      stride /= count[i];
      const std::size_t place = start[i] + index / stride % count[i];
      append(*coordinates_[offset + i], coordinate_values_[offset + i][place]);
    }
  }

  void append(const Variable& variable, double value) {
    const bool no_category =
        !variable.categories.empty() &&
        std::ranges::find(variable.categories, value, &Category::value) == variable.categories.end();
    if (!no_category) line_ += csv_field(coordinate_text(variable, value));
    line_ += ',';
  }

  std::ostream& out_;
  const ResultFile& file_;
  std::vector<std::size_t> grid_;
  std::vector<const Variable*> coordinates_;
  std::vector<std::vector<double>> coordinate_values_;
  std::vector<std::size_t> own_shape_;
  std::size_t own_size_ = 1;
  std::vector<Column> columns_;
  std::string line_;
};

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char character : text) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + '"';
}

TableContent choose_content(const ResultFile& file, const std::vector<std::string>& names,
                            std::vector<std::string>& notes) {
  TableContent content;
  content.observables = names.empty() ? default_observables(file, notes) : named_observables(file, names);
  const Variable* largest = nullptr;
  for (const Variable* variable : content.observables) {
    const auto own = own_dimensions(file, *variable);
    if (largest != nullptr && own.size() <= content.own_dimensions.size()) continue;
    content.own_dimensions = own;
    largest = variable;
  }
  for (const Variable* variable : content.observables) {
    const auto own = own_dimensions(file, *variable);
    if (contains_all(content.own_dimensions, own)) continue;
    throw UserError(fmt::format("{}: {} (over {}) and {} (over {}) do not fit into one table; export them one by one",
                                file.path().string(), largest->name, fmt::join(content.own_dimensions, ", "),
                                variable->name, fmt::join(own, ", ")));
  }
  return content;
}

void write_csv(std::ostream& out, const ResultFile& file, const TableContent& content) {
  CsvWriter(out, file, content).write();
}

}  // namespace glasscape::report
