#include "glasscape/wrap/petsc.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <memory>

/// Of OpenBLAS, where that is the BLAS of this system: every rank computes on one thread.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

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
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  ::unsetenv("PETSC_OPTIONS");
  PETSC_COMM_WORLD = team;
  std::array<char*, 4> words{const_cast<char*>("glasscape"), const_cast<char*>("-skip_petscrc"),
                             const_cast<char*>("-no_signal_handler"), nullptr};
  int count = 3;
  char** arguments = words.data();
  check(PetscInitialize(&count, &arguments, nullptr, nullptr), "starting PETSc");
  check(PetscPushErrorHandler(keep_message, nullptr), "installing PETSc's error handler");
}

namespace {

std::unique_ptr<Session> lasting;

/// MPI_Finalize first deletes the attributes of MPI_COMM_SELF: the last moment at which PETSc can end in order.
int end_lasting(MPI_Comm, int, void*, void*) {
  lasting.reset();
  return MPI_SUCCESS;
}

}  // namespace

void start(const Communicator& team) {
  PetscBool running = PETSC_FALSE;
  PetscInitialized(&running);
  if (running == PETSC_TRUE) return;
  lasting = std::make_unique<Session>(team);
  int key = MPI_KEYVAL_INVALID;
  MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, end_lasting, &key, nullptr);
  MPI_Comm_set_attr(MPI_COMM_SELF, key, nullptr);
}

Session::~Session() {
  PetscPopErrorHandler();
  PetscFinalize();
}

}  // namespace glasscape::wrap::petsc
