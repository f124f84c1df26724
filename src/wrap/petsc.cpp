#include "glasscape/wrap/petsc.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace glasscape::wrap::petsc {

namespace {

std::string last_message;  // of the innermost frame: the reason; outer frames only repeat the code

PetscErrorCode keep_message(MPI_Comm, int, const char*, const char*, PetscErrorCode code, PetscErrorType type,
                            const char* message, void*) noexcept {
  if (type == PETSC_ERROR_INITIAL) {
    try {
      last_message = message == nullptr ? "" : message;
    } catch (...) {
      last_message.clear();
    }
  }
  return code;
}

}  // namespace

void check(PetscErrorCode code, std::string_view doing) {
  if (code == 0) return;
  const char* general = nullptr;
  PetscErrorMessage(code, &general, nullptr);
  throw Error(
      fmt::format("{}: {}: {}", doing, general == nullptr ? "PETSc error" : general, std::exchange(last_message, {})));
}

Session::Session(const Communicator& team) {
  ::unsetenv("PETSC_OPTIONS");
  PETSC_COMM_WORLD = team;
  std::array<char*, 4> words{const_cast<char*>("glasscape"), const_cast<char*>("-skip_petscrc"),
                             const_cast<char*>("-no_signal_handler"), nullptr};
  int count = 3;
  char** arguments = words.data();
  check(PetscInitialize(&count, &arguments, nullptr, nullptr), "starting PETSc");
  check(PetscPushErrorHandler(keep_message, nullptr), "installing PETSc's error handler");
}

Session::~Session() {
  PetscPopErrorHandler();
  PetscFinalize();
}

}  // namespace glasscape::wrap::petsc
