#include "glasscape/store/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <system_error>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/hash.hpp"
#include "glasscape/wrap/posix.hpp"

namespace glasscape::store {

namespace fs = std::filesystem;

namespace {

struct Header {
  std::array<char, 8> magic = {'g', 'l', 's', 's', 't', 'a', 't', '1'};
  std::uint64_t owner = 0;
  std::uint64_t bytes = 0;     ///< of the state, which follows
  std::uint64_t checksum = 0;  ///< XXH3-64 of owner and state
};

fs::path folder_of(const fs::path& result_file) { return result_file.string() + ".state"; }

fs::path state_path(const fs::path& result_file, std::uint64_t key) {
  return folder_of(result_file) / fmt::format("{:016x}", key);
}

void remove_files(const fs::path& state) {
  std::error_code ignored;  // what is left is removed with all states
  fs::remove(state, ignored);
  fs::remove(state.string() + ".new", ignored);
  fs::remove(state.parent_path(), ignored);  // where it was the last
}

std::uint64_t checksum(std::uint64_t owner, std::span<const std::byte> state) {
  return Hash().add(owner).add(state.data(), state.size()).value();
}

void write_durably(const fs::path& path, const Header& header, std::span<const std::byte> state) {
  const wrap::Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  file.write(0, std::as_bytes(std::span(&header, 1)));
  file.write(sizeof header, state);
  file.sync();
}

std::vector<std::byte> read_whole(const fs::path& path) {
  const wrap::Descriptor file(path, O_RDONLY);
  std::vector<std::byte> bytes(file.size());
  file.read(0, bytes);
  return bytes;
}

}  // namespace

StateFile::StateFile(const fs::path& result_file, const Sweep& sweep, const GridPoint& point)
    : result_file_(result_file.native()),
      key_(point.key),
      owner_(
          Hash().add(point.key).add(sweep.seed).add(static_cast<std::uint64_t>(sweep.solver->schema.version)).value()) {
}

fs::path StateFile::path() const { return state_path(result_file_, key_); }

std::optional<std::vector<std::byte>> StateFile::latest() try {
  std::vector<std::byte> bytes = read_whole(path());
  exists_ = true;
  Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::copy_n(bytes.data(), sizeof header, reinterpret_cast<std::byte*>(&header));
  bytes.erase(bytes.begin(), bytes.begin() + sizeof header);
  const bool is_ours = header.magic == Header{}.magic && header.owner == owner_;
  if (!is_ours || header.bytes != bytes.size() || header.checksum != checksum(owner_, bytes)) return std::nullopt;
  return bytes;
} catch (const std::system_error&) {
  return std::nullopt;  // none yet, or none that can be read
}

void StateFile::commit(std::span<const std::byte> state) {
  const fs::path path = this->path();
  const fs::path temporary = path.string() + ".new";
  try {
    const fs::path folder = path.parent_path();
    if (fs::create_directory(folder)) wrap::sync_folder(fs::absolute(folder).parent_path());
    write_durably(temporary, {.owner = owner_, .bytes = state.size(), .checksum = checksum(owner_, state)}, state);
    fs::rename(temporary, path);
    exists_ = true;
    wrap::sync_folder(folder);
  } catch (const std::system_error& error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw MachineError(fmt::format("cannot keep the state of a point: {}", error.what()));
  }
}

void StateFile::remove() const { remove_files(path()); }

std::unordered_set<std::uint64_t> kept_states(const fs::path& result_file) {
  std::unordered_set<std::uint64_t> keys;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_of(result_file), none)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t key = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), key, 16);
    if (error == std::errc() && end == name.data() + name.size()) keys.insert(key);
  }
  return keys;
}

void remove_state(const fs::path& result_file, std::uint64_t key) { remove_files(state_path(result_file, key)); }

void remove_states(const fs::path& result_file) {
  std::error_code ignored;
  fs::remove_all(folder_of(result_file), ignored);
}

}  // namespace glasscape::store
