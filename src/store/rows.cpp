#include "glasscape/store/rows.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <system_error>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/hash.hpp"

namespace glasscape::store {

namespace {

wrap::Descriptor open_rows(const std::filesystem::path& path, RowFile::Access access) {
  if (access == RowFile::Access::read) return {path, O_RDONLY};
  wrap::Descriptor descriptor(path, O_RDWR);
  if (access == RowFile::Access::write_unshared) return descriptor;
  // A client of a network file system extends small writes to whole cached pages, which would undo another machine's
  // rows in the same page; synchronous writes are sent as they are.
  if (descriptor.on_network()) return {path, O_RDWR | O_DSYNC};
  return descriptor;
}

template <class T>
T get(std::span<const std::byte> image, const RowFile::Column& column) {
  T value;
  std::memcpy(&value, &image[column.image_offset], sizeof value);
  return value;
}

template <class T>
void put(std::span<std::byte> image, const RowFile::Column& column, T value) {
  std::memcpy(&image[column.image_offset], &value, sizeof value);
}

void put_numbers(std::span<std::byte> image, const RowFile::Column& column, const std::vector<double>& values) {
  std::byte* place = &image[column.image_offset];
  if (column.type == Type::float64) {
    std::memcpy(place, values.data(), column.bytes);
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) {
      place[i] = static_cast<std::byte>(std::isnan(values[i]) ? -1 : static_cast<int>(values[i]));
    }
  }
}

/// At most message_length bytes, never cutting a UTF-8 character in two.
std::string_view shortened(std::string_view message) {
  if (message.size() <= message_length) return message;
  std::size_t length = message_length;
  while (length > 0 && (static_cast<unsigned char>(message[length]) & 0xC0U) == 0x80U) --length;
  return message.substr(0, length);
}

}  // namespace

RowFile::RowFile(const ResultFile& file, Access access)
    : rows_(file.rows()), descriptor_(open_rows(file.path(), access)) {
  for (const Variable& variable : file.variables()) {
    if (variable.is_coordinate() || variable.name == field_name::message_dimension) continue;
    const std::size_t bytes = variable.size() / rows_ * size_of(variable.type);
    columns_.push_back({variable.name, variable.type, bytes, variable.offset, image_bytes_});
    image_bytes_ += bytes;
  }
}

const RowFile::Column& RowFile::column(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  if (found == columns_.end()) throw std::logic_error(fmt::format("no dataset '{}' in the file", name));
  return *found;
}

std::vector<std::byte> RowFile::read_images(std::size_t first, std::size_t count) const {
  std::vector<std::byte> images(count * image_bytes_);
  std::vector<std::byte> block;
  for (const Column& column : columns_) {
    block.resize(count * column.bytes);
    descriptor_.read(column.file_offset + first * column.bytes, block);
    for (std::size_t row = 0; row < count; ++row) {
      std::memcpy(&images[row * image_bytes_ + column.image_offset], &block[row * column.bytes], column.bytes);
    }
  }
  return images;
}

void RowFile::write_images(std::size_t first, std::span<const std::byte> images) const {
  const std::size_t count = images.size() / image_bytes_;
  std::vector<std::byte> block;
  for (const Column& column : columns_) {
    block.resize(count * column.bytes);
    for (std::size_t row = 0; row < count; ++row) {
      std::memcpy(&block[row * column.bytes], &images[row * image_bytes_ + column.image_offset], column.bytes);
    }
    descriptor_.write(column.file_offset + first * column.bytes, block);
  }
}

std::uint64_t RowFile::checksum_of(std::span<const std::byte> image) const {
  Hash hash;
  for (const Column& column : columns_) {
    if (is_checksummed(column.name)) hash.add(&image[column.image_offset], column.bytes);
  }
  return hash.value();
}

std::uint64_t RowFile::stored_checksum(std::span<const std::byte> image) const {
  return get<std::uint64_t>(image, column(field_name::checksum));
}

std::uint64_t RowFile::stored_key(std::span<const std::byte> image) const {
  return get<std::uint64_t>(image, column(field_name::point_key));
}

Outcome RowFile::stored_outcome(std::span<const std::byte> image) const {
  return get<Outcome>(image, column(field_name::status));
}

namespace {

/// Calls visit(row, image) for every row of the file, in blocks of about a megabyte.
template <class Visit>
void for_each_row(const RowFile& rows, Visit visit) {
  const std::size_t block = std::max<std::size_t>(1, (1 << 20) / rows.image_bytes());
  for (std::size_t first = 0; first < rows.rows(); first += block) {
    const std::size_t count = std::min(block, rows.rows() - first);
    const auto images = rows.read_images(first, count);
    for (std::size_t i = 0; i < count; ++i) {
      visit(first + i, std::span(images).subspan(i * rows.image_bytes(), rows.image_bytes()));
    }
  }
}

}  // namespace

bool holds_result(const RowFile& rows, std::span<const std::byte> image, std::uint64_t key) {
  return rows.stored_outcome(image) != Outcome::pending && rows.stored_key(image) == key &&
         rows.checksum_of(image) == rows.stored_checksum(image);
}

std::vector<Outcome> scan_rows(const RowFile& rows, const ParameterSpace& space) {
  std::vector<Outcome> outcomes(rows.rows(), Outcome::pending);
  for_each_row(rows, [&](std::size_t row, std::span<const std::byte> image) {
    const Outcome outcome = rows.stored_outcome(image);
    if (outcome != Outcome::pending && holds_result(rows, image, space.point(row).key)) outcomes[row] = outcome;
  });
  return outcomes;
}

std::vector<std::size_t> damaged_rows(const RowFile& rows) {
  std::vector<std::size_t> damaged;
  for_each_row(rows, [&](std::size_t row, std::span<const std::byte> image) {
    if (rows.stored_outcome(image) == Outcome::pending) return;
    if (rows.checksum_of(image) != rows.stored_checksum(image)) damaged.push_back(row);
  });
  return damaged;
}

void RowWriter::stage(const GridPoint& point, const Solution& solution, double seconds) {
  std::vector<std::byte> image(rows_.image_bytes());
  auto column = rows_.columns().begin();
  const auto& outputs = point.values.schema().outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (solution.values(i).empty()) continue;
    put_numbers(image, *column++, solution.values(i));
    if (outputs[i].error != ErrorKind::none) put_numbers(image, *column++, solution.errors(i));
  }
  put(image, rows_.column(field_name::status), solution.outcome);
  const std::string_view message = shortened(solution.message);
  std::memcpy(&image[rows_.column(field_name::message).image_offset], message.data(), message.size());
  put(image, rows_.column(field_name::point_key), point.key);
  put(image, rows_.column(field_name::seconds), seconds);
  put(image, rows_.column(field_name::checksum), rows_.checksum_of(image));
  staged_.push_back({point.index, std::move(image)});
}

void RowWriter::write_column(const RowFile::Column& column, std::span<const Staged> run) const {
  std::vector<std::byte> block(run.size() * column.bytes);
  for (std::size_t i = 0; i < run.size(); ++i) {
    std::memcpy(&block[i * column.bytes], &run[i].image[column.image_offset], column.bytes);
  }
  rows_.descriptor().write(column.file_offset + run.front().index * column.bytes, block);
}

void RowWriter::count_attempts(std::span<Staged> run) const {
  const RowFile::Column& column = rows_.column(field_name::attempts);
  std::vector<std::int32_t> attempts(run.size());
  rows_.descriptor().read(column.file_offset + run.front().index * column.bytes,
                          std::as_writable_bytes(std::span(attempts)));
  for (std::size_t i = 0; i < run.size(); ++i) {
    const bool solved = rows_.stored_outcome(run[i].image) != Outcome::inferred;
    put(std::span(run[i].image), column, attempts[i] + (solved ? 1 : 0));
  }
}

bool RowWriter::make_pending(const std::vector<std::span<Staged>>& runs) const {
  const RowFile::Column& status = rows_.column(field_name::status);
  bool any = false;
  for (const auto run : runs) {
    std::vector<std::byte> former(run.size());
    const std::uint64_t offset = status.file_offset + run.front().index;
    rows_.descriptor().read(offset, former);
    if (std::ranges::all_of(former, [](std::byte b) { return b == std::byte{0}; })) continue;
    rows_.descriptor().write(offset, std::vector<std::byte>(run.size()));
    any = true;
  }
  return any;
}

void RowWriter::commit() try {
  if (staged_.empty()) return;
  std::ranges::sort(staged_, {}, &Staged::index);
  std::vector<std::span<Staged>> runs;  // of neighbouring rows: one write a dataset
  for (std::size_t first = 0; first < staged_.size();) {
    std::size_t end = first + 1;
    while (end < staged_.size() && staged_[end].index == staged_[end - 1].index + 1) ++end;
    runs.push_back(std::span(staged_).subspan(first, end - first));
    first = end;
  }
  const RowFile::Column& status = rows_.column(field_name::status);
  if (make_pending(runs)) rows_.descriptor().sync();
  for (const auto run : runs) {
    count_attempts(run);
    for (const RowFile::Column& column : rows_.columns()) {
      if (&column != &status) write_column(column, run);
    }
  }
  rows_.descriptor().sync();
  for (const auto run : runs) write_column(status, run);
  rows_.descriptor().sync();
  staged_.clear();
} catch (const std::system_error& error) {
  throw MachineError(fmt::format("cannot write rows: {}", error.what()));
}

}  // namespace glasscape::store
