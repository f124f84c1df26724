#pragma once

#include <string>

namespace glasscape::app {

std::string version();       ///< "0.1.0"
std::string git_commit();    ///< of the source this was built from; "unknown" outside a checkout
std::string version_text();  ///< "glasscape 0.1.0 (commit)"

}  // namespace glasscape::app
