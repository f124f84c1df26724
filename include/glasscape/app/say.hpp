#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace glasscape::app {

/// Writes to stderr. Where that cannot be written (full disk, closed terminal), the program goes on without words.
void write_to_stderr(std::string_view text);

/// One line for the user, "glasscape: ...".
template <class... Values>
void say(fmt::format_string<Values...> format, Values&&... values) {
  write_to_stderr("glasscape: " + fmt::format(format, std::forward<Values>(values)...) + "\n");
}

}  // namespace glasscape::app
