#include "glasscape/app/version.hpp"

#include "git_commit.hpp"  // written by the build

namespace glasscape::app {

std::string version() { return GLASSCAPE_VERSION; }
std::string git_commit() { return GLASSCAPE_GIT_COMMIT; }
std::string version_text() { return "glasscape " + version() + " (" + git_commit() + ")"; }

}  // namespace glasscape::app
