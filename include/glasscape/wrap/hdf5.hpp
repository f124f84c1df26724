#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glasscape::wrap::hdf5 {

/// The HDF5 library refused; what() holds its own words, innermost first.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `result` unless HDF5 says that it failed: then throws Error with `doing` in front.
hid_t check_id(hid_t result, std::string_view doing);
void check(herr_t result, std::string_view doing);

/// An owned HDF5 identifier and the call that closes it.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle(hid_t id, Closer closer, std::string_view doing) : id_(check_id(id, doing)), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close_quietly(); }

  operator hid_t() const { return id_; }

  /// Closes now and reports failure: data may only reach the disk here.
  void close();

 private:
  void close_quietly();

  hid_t id_;
  Closer closer_;
};

/// A new file in the format of HDF5 1.8, which netCDF-4 reads, with the creation order of its objects tracked.
Handle create_file(const std::filesystem::path& path);
/// An existing file, read only, without a lock: another process may be writing rows.
Handle open_file(const std::filesystem::path& path);

/// A dataspace of these extents; without any, a scalar.
Handle make_space(const std::vector<hsize_t>& extents);
std::vector<hsize_t> extents_of(hid_t dataset);

/// Attributes: text has a fixed length, as netCDF-4 wants it.
void write_attribute(hid_t object, const std::string& name, std::string_view text);
void write_attribute(hid_t object, const std::string& name, hid_t type, const std::vector<hsize_t>& extents,
                     const void* data);
bool has_attribute(hid_t object, const std::string& name);
std::optional<std::string> read_text_attribute(hid_t object, const std::string& name);
std::vector<std::int8_t> read_int8_attribute(hid_t object, const std::string& name);

/// Names of the root's datasets in creation order.
std::vector<std::string> dataset_names(hid_t file);

/// Names of the dimension scales of a dataset, one a dimension; of a scale, its own name.
std::vector<std::string> dimension_names(hid_t dataset);

/// Where the raw bytes of a contiguous, allocated dataset start in the file.
std::uint64_t raw_offset(hid_t dataset);

}  // namespace glasscape::wrap::hdf5
