#include "glasscape/wrap/hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glasscape::wrap::hdf5 {

namespace {

herr_t append_description(unsigned, const H5E_error2_t* error, void* text) noexcept {
  if (error->desc != nullptr) {
    try {
      auto& words = *static_cast<std::string*>(text);
      words += (words.empty() ? "" : "; ") + std::string(error->desc);
    } catch (...) {
      return -1;
    }
  }
  return 0;
}

std::string error_stack() {
  std::string words;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, append_description, &words);
  H5Eclear2(H5E_DEFAULT);
  return words;
}

Handle access_properties() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors become exceptions, not prints
  Handle properties(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "making access properties");
  check(H5Pset_file_locking(properties, false, true), "switching off HDF5's own lock");
  check(H5Pset_libver_bounds(properties, H5F_LIBVER_V18, H5F_LIBVER_V18), "choosing the file format");
  check(H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG), "choosing the close degree");
  return properties;
}

}  // namespace

hid_t check_id(hid_t result, std::string_view doing) {
  if (result < 0) throw Error(fmt::format("{}: {}", doing, error_stack()));
  return result;
}

void check(herr_t result, std::string_view doing) { check_id(result, doing); }

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    close_quietly();
    id_ = std::exchange(other.id_, H5I_INVALID_HID);
    closer_ = other.closer_;
  }
  return *this;
}

void Handle::close() { check(closer_(std::exchange(id_, H5I_INVALID_HID)), "closing"); }

void Handle::close_quietly() {
  if (id_ >= 0) closer_(std::exchange(id_, H5I_INVALID_HID));
}

Handle create_file(const std::filesystem::path& path) {
  const Handle access = access_properties();
  // the default driver asks for the file's real path, and one in memory has none
  check(H5Pset_fapl_stdio(access), "choosing the driver");
  Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "making creation properties");
  constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  check(H5Pset_link_creation_order(creation, order), "tracking the creation order");
  check(H5Pset_attr_creation_order(creation, order), "tracking the creation order");
  return Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose, "creating the file");
}

Handle open_file(const std::filesystem::path& path) {
  const Handle access = access_properties();
  return Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose, "opening the file");
}

Handle make_space(const std::vector<hsize_t>& extents) {
  if (extents.empty()) return Handle(H5Screate(H5S_SCALAR), H5Sclose, "making a scalar space");
  return Handle(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose,
                "making a dataspace");
}

std::vector<hsize_t> extents_of(hid_t dataset) {
  const Handle space(H5Dget_space(dataset), H5Sclose, "reading a dataspace");
  std::vector<hsize_t> extents(static_cast<std::size_t>(check_id(H5Sget_simple_extent_ndims(space), "reading a rank")));
  check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "reading extents");
  return extents;
}

void write_attribute(hid_t object, const std::string& name, std::string_view text) {
  const std::string padded(text.empty() ? std::string_view("\0", 1) : text);
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "making a text type");
  check(H5Tset_size(type, padded.size()), "making a text type");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "making a text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "making a text type");
  write_attribute(object, name, type, {}, padded.data());
}

void write_attribute(hid_t object, const std::string& name, hid_t type, const std::vector<hsize_t>& extents,
                     const void* data) {
  const Handle space = make_space(extents);
  const std::string doing = "writing attribute " + name;
  const Handle attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, doing);
  check(H5Awrite(attribute, type, data), doing);
}

bool has_attribute(hid_t object, const std::string& name) { return H5Aexists(object, name.c_str()) > 0; }

std::optional<std::string> read_text_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) return std::nullopt;
  const std::string doing = "reading attribute " + name;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, doing);
  const Handle type(H5Aget_type(attribute), H5Tclose, doing);
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0) return std::nullopt;
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(attribute, type, text.data()), doing);
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

std::vector<std::int8_t> read_int8_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) return {};
  const std::string doing = "reading attribute " + name;
  const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, doing);
  const Handle space(H5Aget_space(attribute), H5Sclose, doing);
  std::vector<std::int8_t> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  check(H5Aread(attribute, H5T_NATIVE_INT8, values.data()), doing);
  return values;
}

std::vector<std::string> dataset_names(hid_t file) {
  H5G_info_t group;
  check(H5Gget_info(file, &group), "reading the root group");
  std::vector<std::string> names;
  for (hsize_t i = 0; i < group.nlinks; ++i) {
    char name[256];
    check_id(H5Lget_name_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT),
             "listing the datasets");
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> dimension_names(hid_t dataset) {
  const auto last_part = [](hid_t object) {
    char name[256];
    check_id(H5Iget_name(object, name, sizeof name), "reading a name");
    return std::string(name).substr(std::string_view(name).rfind('/') + 1);
  };
  if (H5DSis_scale(dataset) > 0) return {last_part(dataset)};
  std::vector<std::string> names(extents_of(dataset).size());
  for (unsigned i = 0; i < names.size(); ++i) {
    const auto keep_name = [](hid_t, unsigned, hid_t scale, void* name) -> herr_t {
      char buffer[256];
      if (H5Iget_name(scale, buffer, sizeof buffer) < 0) return -1;
      *static_cast<std::string*>(name) = std::string_view(buffer).substr(1);
      return 1;
    };
    check(H5DSiterate_scales(dataset, i, nullptr, keep_name, &names[i]), "reading dimension scales");
  }
  return names;
}

std::uint64_t raw_offset(hid_t dataset) {
  const haddr_t offset = H5Dget_offset(dataset);
  if (offset == HADDR_UNDEF) throw Error("a dataset has no contiguous space in the file");
  return offset;
}

}  // namespace glasscape::wrap::hdf5
