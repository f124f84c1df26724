#!/usr/bin/env bash
# Installs what is missing (apt), builds, runs the tests. The last line is `N passed, N failed`.
#
#   jobs/test.sh                             all tests but the long ones
#   jobs/test.sh [OPTION OF ctest]...        these: jobs/test.sh -R store, jobs/test.sh -L long
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source jobs/prepare.sh

install_missing "${build_packages[@]}" "${plot_packages[@]}" "${test_packages[@]}"
set_up_mpi
options=(-DGLASSCAPE_TESTS=ON ${CI:+-DGLASSCAPE_WERROR=ON})
# The packages above belong to the system's Python, which may not be the first on the PATH.
if [[ -x /usr/bin/python3 ]]; then options+=(-DPython3_EXECUTABLE=/usr/bin/python3); fi
build "${options[@]}"
use_serial_openblas

if (($# == 0)); then set -- -LE long; fi
report=$PWD/build/tests.xml
rm -f "$report"
code=0
# two for each core: most of them wait more than they compute
ctest --preset release --no-tests=error --parallel $((2 * cores)) --output-junit "$report" "$@" || code=$?

# count NAME   An attribute of the report's <testsuite>; 0 where no test ran.
count() {
  local number
  number=$(sed -n "/<testsuite/,/>/s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$report" 2>/dev/null) || true
  echo "${number:-0}"
}

failed=$(count failures)
passed=$(($(count tests) - failed - $(count disabled) - $(count skipped)))
if ((code == 0 && passed == 0)); then code=1; fi
echo "$passed passed, $failed failed"
exit "$code"
