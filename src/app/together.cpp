#include "glasscape/app/together.hpp"

#include <new>

#include "glasscape/core/errors.hpp"

namespace glasscape::app {

void together(const wrap::Communicator& world, bool mine, const std::function<void()>& work) {
  int code = 0;
  std::vector<std::string> messages;
  try {
    if (mine) work();
  } catch (const UserError& error) {
    code = static_cast<int>(ExitCode::usage);
    messages = error.messages();
  } catch (const std::bad_alloc&) {
    code = static_cast<int>(ExitCode::machine_failed);
    messages = {"out of memory"};
  } catch (const std::runtime_error& error) {
    code = static_cast<int>(ExitCode::machine_failed);
    messages = {error.what()};
  }
  const int worst = wrap::agree_on_maximum(world, code);
  if (worst == 0) return;
  const int speaker = wrap::agree_on_maximum(world, code == worst ? world.rank() : -1);
  wrap::broadcast(world, messages, speaker);
  if (worst == static_cast<int>(ExitCode::usage)) throw UserError(messages);
  throw MachineError(messages.at(0));
}

}  // namespace glasscape::app
