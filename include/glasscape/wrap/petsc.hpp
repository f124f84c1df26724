#pragma once

#include <petscts.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "glasscape/wrap/mpi.hpp"

namespace glasscape::wrap::petsc {

/// PETSc refused; what() holds its own words.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Error, with `doing` in front, where PETSc says that it failed.
void check(PetscErrorCode code, std::string_view doing);

/// PETSc on one team of ranks: its PETSC_COMM_WORLD. One a process, from the first solver that needs it to the end of
/// the job. Its options database stays empty (neither PETSC_OPTIONS nor a .petscrc, which would change results), its
/// signal handler off, and its errors become exceptions instead of prints.
class Session {
 public:
  explicit Session(const Communicator& team);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
};

/// Starts PETSc on the team, unless it runs already; it ends with MPI.
void start(const Communicator& team);

/// An owned PETSc object (Vec, Mat, KSP, SNES, TS ...) and the call that destroys it.
template <class Object, PetscErrorCode (*destroy)(Object*)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Object object) : object_(object) {}
  Handle(Handle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (object_ != nullptr) destroy(&object_);
  }

  operator Object() const { return object_; }
  Object* out() { return &object_; }  ///< for PETSc's XXXCreate(..., &object)

 private:
  Object object_ = nullptr;
};

/// Carries an exception across PETSc, which is C: a callback runs its work inside `run`, and the caller of PETSc asks
/// `rethrow` afterwards. Held in the callback's context.
class CallbackGuard {
 public:
  template <class Work>
  PetscErrorCode run(Work work) noexcept {
    try {
      work();
      return 0;
    } catch (...) {
      caught_ = std::current_exception();
      return PETSC_ERR_USER;
    }
  }

  /// Throws what a callback threw; call it before `check`.
  void rethrow() {
    if (caught_) std::rethrow_exception(std::exchange(caught_, nullptr));
  }

 private:
  std::exception_ptr caught_;
};

}  // namespace glasscape::wrap::petsc
