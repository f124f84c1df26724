#include "glasscape/core/errors.hpp"

#include <fmt/ranges.h>

namespace glasscape {

UserError::UserError(std::string message) : UserError(std::vector<std::string>{std::move(message)}) {}

UserError::UserError(std::vector<std::string> messages)
    : std::runtime_error(fmt::format("{}", fmt::join(messages, "\n"))), messages_(std::move(messages)) {}

}  // namespace glasscape
