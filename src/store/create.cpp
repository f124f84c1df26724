#include "glasscape/store/create.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <system_error>

#include "glasscape/core/duration.hpp"
#include "glasscape/core/errors.hpp"
#include "glasscape/wrap/hdf5.hpp"
#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

namespace hdf5 = wrap::hdf5;

namespace {

hid_t memory_type(Type type) {
  switch (type) {
    case Type::float64: return H5T_NATIVE_DOUBLE;
    case Type::int8: return H5T_NATIVE_INT8;
    case Type::int32: return H5T_NATIVE_INT32;
    case Type::uint64: return H5T_NATIVE_UINT64;
    case Type::character: return H5T_C_S1;
  }
  return H5I_INVALID_HID;
}

/// Missing numbers are NaN, missing categories -1; a pending row's bookkeeping is zero.
std::vector<std::byte> fill_row(const Field& field) {
  std::vector<std::byte> row(field.row_bytes());
  if (is_bookkeeping(field.name)) return row;
  if (field.type == Type::int8) std::ranges::fill(row, std::byte{0xff});
  if (field.type == Type::float64) {
    for (std::size_t i = 0; i < field.count; ++i) std::memcpy(&row[8 * i], &not_a_number, 8);
  }
  return row;
}

/// A dataset whose space is allocated but not written: the bytes are written, and their space claimed, by us.
hdf5::Handle make_dataset(hid_t file, const std::string& name, hid_t type, const std::vector<hsize_t>& extents,
                          const void* fill_value) {
  const hdf5::Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "making dataset properties");
  hdf5::check(H5Pset_layout(creation, H5D_CONTIGUOUS), "choosing the layout");
  hdf5::check(H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY), "choosing the allocation");
  hdf5::check(H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER), "choosing the fill time");
  if (fill_value != nullptr) hdf5::check(H5Pset_fill_value(creation, type, fill_value), "choosing the fill value");
  hdf5::check(H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
              "tracking the creation order");
  const hdf5::Handle space = hdf5::make_space(extents);
  return hdf5::Handle(H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT), H5Dclose,
                      "creating dataset " + name);
}

void write_text(hid_t dataset, const char* name, const std::string& text) {
  if (!text.empty()) hdf5::write_attribute(dataset, name, text);
}

void write_categories(hid_t dataset, const std::vector<Category>& categories) {
  if (categories.empty()) return;
  std::vector<std::int8_t> values;
  std::string meanings;
  std::string colors;
  for (const Category& category : categories) {
    values.push_back(category.value);
    meanings += (meanings.empty() ? "" : " ") + category.meaning;
    colors += (colors.empty() ? "" : " ") + category.color;
  }
  hdf5::write_attribute(dataset, "flag_values", H5T_NATIVE_INT8, {values.size()}, values.data());
  hdf5::write_attribute(dataset, "flag_meanings", meanings);
  const bool colored = std::ranges::none_of(categories, [](const Category& c) { return c.color.empty(); });
  if (colored) hdf5::write_attribute(dataset, "flag_colors", colors);
}

void write_labels(hid_t dataset, const std::string& long_name, const std::string& units, const std::string& symbol) {
  hdf5::write_attribute(dataset, "long_name", long_name);
  hdf5::write_attribute(dataset, "units", units);
  write_text(dataset, "symbol", symbol);
}

/// Makes the datasets of one layout; keeps the dimension scales open to attach them.
class FileMaker {
 public:
  FileMaker(hid_t file, const Layout& layout) : file_(file), layout_(layout) {
    for (const Coordinate& axis : layout.axes) make_coordinate(axis);
    for (const Coordinate& dimension : layout.own_dimensions) make_coordinate(dimension);
    make_message_dimension();
    for (const Field& field : layout.fields) make_field(field);
  }

  const std::vector<std::uint64_t>& offsets() const { return offsets_; }

 private:
  void make_coordinate(const Coordinate& coordinate) {
    const bool named = !coordinate.categories.empty();
    const hid_t type = named ? H5T_NATIVE_INT8 : H5T_NATIVE_DOUBLE;
    hdf5::Handle dataset = make_dataset(file_, coordinate.name, type, {coordinate.values.size()}, nullptr);
    hdf5::check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, coordinate.values.data()),
                "writing coordinate " + coordinate.name);
    hdf5::check(H5DSset_scale(dataset, coordinate.name.c_str()), "making a dimension scale");
    write_labels(dataset, coordinate.long_name, coordinate.units, coordinate.symbol);
    write_categories(dataset, coordinate.categories);
    scales_.emplace_back(coordinate.name, std::move(dataset));
  }

  /// netCDF's way of saying "a dimension without coordinate": a scale of this name that holds no data.
  void make_message_dimension() {
    const std::string name(field_name::message_dimension);
    const hdf5::Handle space = hdf5::make_space({message_length});
    hdf5::Handle dataset(H5Dcreate2(file_, name.c_str(), H5T_NATIVE_INT8, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose, "creating dataset " + name);
    const std::string label = fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", message_length);
    hdf5::check(H5DSset_scale(dataset, label.c_str()), "making a dimension scale");
    write_labels(dataset, "position in a message", "1", "");
    scales_.emplace_back(name, std::move(dataset));
  }

  void make_field(const Field& field) {
    const std::vector<std::byte> fill = fill_row(field);
    const auto [dims, extents] = dimensions_of(field);
    const hid_t type = memory_type(field.type);
    const bool has_fill = !is_bookkeeping(field.name);
    const hdf5::Handle dataset = make_dataset(file_, field.name, type, extents, has_fill ? fill.data() : nullptr);
    write_labels(dataset, field.long_name, field.units, field.symbol);
    write_text(dataset, "along", field.along);
    write_text(dataset, "nan_meaning", field.nan_meaning);
    write_categories(dataset, field.categories);
    if (has_fill) hdf5::write_attribute(dataset, "_FillValue", type, {1}, fill.data());
    for (unsigned i = 0; i < dims.size(); ++i) {
      hdf5::check(H5DSattach_scale(dataset, scale(dims[i]), i), "attaching a dimension to " + field.name);
    }
    offsets_.push_back(hdf5::raw_offset(dataset));
  }

  std::pair<std::vector<std::string>, std::vector<hsize_t>> dimensions_of(const Field& field) const {
    std::vector<std::string> dims;
    for (const Coordinate& axis : layout_.axes) dims.push_back(axis.name);
    dims.insert(dims.end(), field.own_dims.begin(), field.own_dims.end());
    std::vector<hsize_t> extents;
    for (const std::string& name : dims) extents.push_back(hdf5::extents_of(scale(name)).at(0));
    return {dims, extents};
  }

  hid_t scale(const std::string& name) const {
    const auto found = std::ranges::find(scales_, name, [](const auto& pair) { return pair.first; });
    if (found == scales_.end()) throw std::logic_error("no dimension " + name);
    return found->second;
  }

  hid_t file_;
  const Layout& layout_;
  std::vector<std::pair<std::string, hdf5::Handle>> scales_;
  std::vector<std::uint64_t> offsets_;  // of the fields' raw bytes
};

/// Writes all but the rows; returns where in the file those of each field lie.
std::vector<std::uint64_t> write_metadata(const std::filesystem::path& path, const Layout& layout,
                                          const RootAttributes& attributes) {
  std::vector<std::uint64_t> offsets;
  hdf5::Handle file = hdf5::create_file(path);
  {
    const hdf5::Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, "opening the root group");
    for (const auto& [name, text] : attributes) hdf5::write_attribute(root, name, text);
    offsets = FileMaker(file, layout).offsets();
  }
  file.close();
  return offsets;
}

/// Writes the fill value of every row into space that is claimed, and so zero.
void fill(const wrap::Descriptor& file, const Layout& layout, const std::vector<std::uint64_t>& offsets) {
  for (std::size_t i = 0; i < layout.fields.size(); ++i) {
    const Field& field = layout.fields[i];
    const auto row = fill_row(field);
    if (std::ranges::all_of(row, [](std::byte b) { return b == std::byte{0}; })) continue;
    const std::size_t rows_at_once = std::clamp<std::size_t>((1 << 20) / row.size(), 1, layout.rows);
    std::vector<std::byte> block;
    for (std::size_t r = 0; r < rows_at_once; ++r) block.insert(block.end(), row.begin(), row.end());
    for (std::size_t first = 0; first < layout.rows; first += rows_at_once) {
      const std::size_t count = std::min(rows_at_once, layout.rows - first);
      file.write(offsets[i] + first * row.size(), std::span(block).first(count * row.size()));
    }
  }
}

/// HDF5 cannot cope with a disk that fails: what it could not write it tries again when the process ends, and crashes.
/// It writes into memory, therefore, and we from there to the disk.
void write_file(const std::filesystem::path& path, const Layout& layout, const RootAttributes& attributes) {
  const wrap::Descriptor metadata = wrap::Descriptor::in_memory();  // the rows are a hole in it
  const std::vector<std::uint64_t> offsets = write_metadata(metadata.path(), layout, attributes);
  const wrap::Descriptor file(path, O_RDWR | O_CREAT | O_TRUNC);
  file.reserve(metadata.size());
  metadata.copy_to(file);
  fill(file, layout, offsets);
}

void check_space(const std::filesystem::path& folder, const std::filesystem::path& path, const Layout& layout) {
  const std::uint64_t needed = layout.file_bytes();
  const std::uint64_t available = wrap::free_space(folder);
  if (needed > available) {
    throw MachineError(fmt::format("{}: the result file of {} points needs {}, but only {} are free in {}",
                                   path.string(), layout.rows, format_bytes(static_cast<double>(needed)),
                                   format_bytes(static_cast<double>(available)), folder.string()));
  }
}

std::filesystem::path temporary_path(const std::filesystem::path& path) { return path.string() + ".creating"; }

}  // namespace

void remove_unfinished(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(temporary_path(path), ignored);
}

void create_result_file(const std::filesystem::path& path, const Layout& layout, const RootAttributes& attributes,
                        const std::function<void(const std::filesystem::path& temporary)>& add_rows) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const std::filesystem::path temporary = temporary_path(path);
  check_space(folder, path, layout);
  try {
    write_file(temporary, layout, attributes);
    add_rows(temporary);
    wrap::Descriptor(temporary, O_RDWR).sync();
    std::filesystem::rename(temporary, path);
    wrap::sync_folder(folder);
  } catch (const std::runtime_error& error) {
    remove_unfinished(path);
    throw MachineError(fmt::format("cannot create {}: {}", path.string(), error.what()));
  }
}

}  // namespace glasscape::store
