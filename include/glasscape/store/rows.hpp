#pragma once

#include <filesystem>
#include <vector>

#include "glasscape/core/parameter_space.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/store/layout.hpp"
#include "glasscape/store/result_file.hpp"
#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

/// The raw rows of a result file. A row's bytes lie in one contiguous place per dataset, fixed when the file was made,
/// so rows are read and written past HDF5, whose metadata no kill can then break.
class RowFile {
 public:
  enum class Access {
    read,
    write,
    write_unshared,  ///< no other process knows the file yet
  };

  RowFile(const ResultFile& file, Access access);

  /// One dataset's place in the file and in a row image.
  struct Column {
    std::string name;
    Type type;
    std::size_t bytes;  ///< of one row
    std::uint64_t file_offset;
    std::size_t image_offset;
  };

  const std::vector<Column>& columns() const { return columns_; }
  const Column& column(std::string_view name) const;
  std::size_t rows() const { return rows_; }
  std::size_t image_bytes() const { return image_bytes_; }

  /// Images of `count` rows from `first`: all fields of a row one after the other.
  std::vector<std::byte> read_images(std::size_t first, std::size_t count) const;

  /// Writes the images of neighbouring rows from `first` as they are.
  void write_images(std::size_t first, std::span<const std::byte> images) const;

  /// The checksum that belongs to an image: over all its columns that a checksum covers.
  std::uint64_t checksum_of(std::span<const std::byte> image) const;
  std::uint64_t stored_checksum(std::span<const std::byte> image) const;
  std::uint64_t stored_key(std::span<const std::byte> image) const;
  Outcome stored_outcome(std::span<const std::byte> image) const;

  const wrap::Descriptor& descriptor() const { return descriptor_; }

 private:
  std::vector<Column> columns_;
  std::size_t rows_;
  std::size_t image_bytes_ = 0;
  wrap::Descriptor descriptor_;
};

/// Whether an image holds a result of the point `key`: done, failed, unconverged or inferred with a right checksum.
bool holds_result(const RowFile& rows, std::span<const std::byte> image, std::uint64_t key);

/// Which rows hold a result of `space`; the others are pending.
std::vector<Outcome> scan_rows(const RowFile& rows, const ParameterSpace& space);

/// Indices of rows whose status says that they hold a result but whose checksum does not hold.
std::vector<std::size_t> damaged_rows(const RowFile& rows);

/// Collects solved rows and makes them durable together: data and checksum, sync, status, sync. A row whose commit
/// returned survives any kill and a power failure.
class RowWriter {
 public:
  explicit RowWriter(const ResultFile& file) : rows_(file, RowFile::Access::write) {}

  void stage(const GridPoint& point, const Solution& solution, double seconds);

  /// Throws MachineError where the disk fails.
  void commit();

 private:
  struct Staged {
    std::size_t index;
    std::vector<std::byte> image;
  };

  void write_column(const RowFile::Column& column, std::span<const Staged> run) const;
  void count_attempts(std::span<Staged> run) const;
  /// Rows that are written again are pending meanwhile, for their checksum covers the status. False: there were none.
  bool make_pending(const std::vector<std::span<Staged>>& runs) const;

  RowFile rows_;
  std::vector<Staged> staged_;
};

}  // namespace glasscape::store
