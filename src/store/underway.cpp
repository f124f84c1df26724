#include "glasscape/store/underway.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <set>
#include <system_error>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/hash.hpp"

namespace glasscape::store {

namespace {

enum class State : std::uint64_t { idle, running, excused, crashed };

struct Note {
  std::uint64_t key = 0;
  State state = State::idle;
  std::uint64_t point = 0;    ///< its index
  std::uint64_t machine = 0;  ///< where the rank lives, by a hash of the name; 0: it has noted nothing yet
  std::int64_t pid = 0;
};

/// The file: a header, the deaths of earlier jobs, then a note a rank. A note has a page of its own, so that ranks on
/// several machines never write into the same page.
struct Header {
  std::array<char, 8> magic = {'g', 'l', 's', 'u', 'n', 'd', 'w', '2'};
  std::uint64_t deaths = 0;
  std::uint64_t ranks = 0;
};

struct Death {
  std::uint64_t key;
  std::uint64_t count;
};

constexpr std::uint64_t page = 4096;

std::uint64_t notes_offset(std::uint64_t deaths) {
  return (sizeof(Header) + deaths * sizeof(Death) + page - 1) / page * page;
}

std::filesystem::path side_path(const std::filesystem::path& file) { return file.string() + ".underway"; }

// what a signal handler needs to find this rank's note
std::atomic<int> note_descriptor = -1;
std::atomic<std::uint64_t> note_offset = 0;
std::atomic<bool> excused = false;

void mark(State state) noexcept {
  const int descriptor = note_descriptor.load();
  if (descriptor < 0) return;
  Note note;
  const auto offset = static_cast<off_t>(note_offset.load());
  if (::pread(descriptor, &note, sizeof note, offset) != sizeof note || note.state == State::idle) return;
  note.state = state;
  // nothing can be done here where even this fails: the point is then blamed as if it had been running
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, &note, sizeof note, offset);
}

extern "C" void on_crash(int signal) {
  mark(State::crashed);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void install_crash_handlers() {
  static std::array<char, 65536> stack;  // a stack overflow leaves no room on the ordinary one
  stack_t alternative = {};
  alternative.ss_sp = stack.data();
  alternative.ss_size = stack.size();
  ::sigaltstack(&alternative, nullptr);
  struct sigaction action = {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) ::sigaction(signal, &action, nullptr);
}

template <class T>
T read_at(const wrap::Descriptor& file, std::uint64_t offset) {
  T value;
  file.read(offset, std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

template <class T>
void write_at(const wrap::Descriptor& file, std::uint64_t offset, const T& value) {
  file.write(offset, std::as_bytes(std::span(&value, 1)));
}

[[noreturn]] void throw_machine_error(const std::system_error& error) {
  throw MachineError(fmt::format("cannot keep the note of what is under way: {}", error.what()));
}

/// Adds to `deaths` what the notes of the last job say.
void blame(const std::vector<Note>& notes, Deaths& deaths) {
  const bool crashed = std::ranges::any_of(notes, [](const Note& note) { return note.state == State::crashed; });
  const State guilty = crashed ? State::crashed : State::running;
  std::set<std::uint64_t> keys;  // a team notes its point once a rank
  for (const Note& note : notes) {
    if (note.state == guilty) keys.insert(note.key);
  }
  for (const std::uint64_t key : keys) ++deaths[key];
}

Deaths read_last_job(const std::filesystem::path& path) {
  Deaths deaths;
  const wrap::Descriptor file(path, O_RDONLY);
  if (file.size() < sizeof(Header)) return deaths;
  const auto header = read_at<Header>(file, 0);
  if (header.magic != Header{}.magic || file.size() < notes_offset(header.deaths) + header.ranks * page) return deaths;
  for (std::uint64_t i = 0; i < header.deaths; ++i) {
    const auto death = read_at<Death>(file, sizeof(Header) + i * sizeof(Death));
    deaths[death.key] = static_cast<int>(death.count);
  }
  std::vector<Note> notes;
  for (std::uint64_t rank = 0; rank < header.ranks; ++rank) {
    notes.push_back(read_at<Note>(file, notes_offset(header.deaths) + rank * page));
  }
  blame(notes, deaths);
  return deaths;
}

void write_new(const std::filesystem::path& path, const Deaths& deaths, int ranks) {
  const std::filesystem::path temporary = path.string() + ".new";
  {
    const wrap::Descriptor file(temporary, O_RDWR | O_CREAT | O_TRUNC);
    file.reserve(notes_offset(deaths.size()) + static_cast<std::uint64_t>(std::max(ranks, 1)) * page);
    write_at(file, 0, Header{.deaths = deaths.size(), .ranks = static_cast<std::uint64_t>(ranks)});
    std::uint64_t offset = sizeof(Header);
    for (const auto& [key, count] : deaths) {
      write_at(file, offset, Death{key, static_cast<std::uint64_t>(count)});
      offset += sizeof(Death);
    }
    file.sync();
  }
  std::filesystem::rename(temporary, path);
}

}  // namespace

Deaths Underway::last_deaths(const std::filesystem::path& file) try {
  const std::filesystem::path path = side_path(file);
  return std::filesystem::exists(path) ? read_last_job(path) : Deaths{};
} catch (const std::system_error& error) {
  throw_machine_error(error);
}

void Underway::start_job(const std::filesystem::path& file, const Deaths& deaths, int ranks) try {
  write_new(side_path(file), deaths, ranks);
} catch (const std::system_error& error) {
  throw_machine_error(error);
}

void Underway::end_job(const std::filesystem::path& file, const Deaths& deaths) try {
  if (deaths.empty()) {
    std::filesystem::remove(side_path(file));
  } else {
    write_new(side_path(file), deaths, 0);
  }
} catch (const std::system_error& error) {
  throw_machine_error(error);
}

Underway::Underway(const std::filesystem::path& file, int rank)
    : descriptor_(side_path(file), O_RDWR), machine_(Hash().add(wrap::host_name()).value()), pid_(::getpid()) {
  const auto header = read_at<Header>(descriptor_, 0);
  offset_ = notes_offset(header.deaths) + static_cast<std::uint64_t>(rank) * page;
  note_offset = offset_;
  note_descriptor = descriptor_.number();
  install_crash_handlers();
}

Underway::~Underway() {
  note_descriptor = -1;
  excused = false;
}

void Underway::begin(const GridPoint& point) const { write_note(&point); }

void Underway::idle() const { write_note(nullptr); }

void Underway::write_note(const GridPoint* point) const try {
  Note note{.machine = machine_, .pid = pid_};
  if (point != nullptr) {
    note.state = State::running;
    note.key = point->key;
    note.point = point->index;
  }
  write_at(descriptor_, offset_, note);
  if (excused) mark(State::excused);  // the signal came between two points: the next one is not to blame either
} catch (const std::system_error& error) {
  throw_machine_error(error);
}

std::vector<Casualty> Underway::casualties() const try {
  std::vector<Casualty> gone;
  const auto header = read_at<Header>(descriptor_, 0);
  for (std::uint64_t rank = 0; rank < header.ranks; ++rank) {
    const auto note = read_at<Note>(descriptor_, notes_offset(header.deaths) + rank * page);
    if (note.machine != machine_ || !wrap::has_ended(static_cast<pid_t>(note.pid))) continue;
    Casualty& casualty = gone.emplace_back(static_cast<int>(rank));
    if (note.state != State::idle) casualty.point = note.point;
    casualty.crashed = note.state == State::crashed;
  }
  return gone;
} catch (const std::system_error& error) {
  throw_machine_error(error);
}

void Underway::excuse() noexcept {
  if (note_descriptor < 0) return;
  excused = true;
  mark(State::excused);
}

}  // namespace glasscape::store
