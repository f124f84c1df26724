#include "glasscape/app/explain.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <system_error>

#include "glasscape/app/say.hpp"
#include "glasscape/wrap/hdf5.hpp"

namespace glasscape::app {

void write_to_stderr(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

ExitCode explain(const std::exception& error, bool quiet) {
  const auto tell = [&](std::string_view text) {
    if (!quiet) say("{}", text);
  };
  if (const auto* mistake = dynamic_cast<const UserError*>(&error)) {
    for (const std::string& message : mistake->messages()) tell(message);
    return ExitCode::usage;
  }
  if (dynamic_cast<const wrap::hdf5::Error*>(&error) != nullptr) {
    tell(fmt::format("the result file is damaged: {}", error.what()));
    return ExitCode::usage;
  }
  if (dynamic_cast<const MachineError*>(&error) != nullptr ||
      dynamic_cast<const std::system_error*>(&error) != nullptr) {
    tell(error.what());
    return ExitCode::machine_failed;
  }
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    tell("out of memory");
    return ExitCode::machine_failed;
  }
  say("a bug: {}", error.what());
  std::abort();  // under MPI the other ranks would wait for this one for ever
}

}  // namespace glasscape::app
