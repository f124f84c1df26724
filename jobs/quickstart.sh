#!/usr/bin/env bash
# From a fresh checkout to a phase diagram: installs what is missing (apt), builds, runs the sweep of quickstart.ini
# on all cores and draws it. Run it again to continue a sweep that was stopped.
#
#   jobs/quickstart.sh [OPTION OF glasscape run]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source jobs/prepare.sh

install_missing "${build_packages[@]}" "${plot_packages[@]}"
set_up_mpi
build -DGLASSCAPE_TESTS=OFF
use_serial_openblas

mkdir -p results
say "running the sweeps"
start=$EPOCHREALTIME
run_sweep jobs/quickstart.ini results/quickstart.h5 "$@"
end=$EPOCHREALTIME
run_sweep jobs/quickstart_lines.ini results/quickstart_lines.h5 "$@"
build/glasscape plot results/quickstart.h5 -o results/quickstart.png \
  --x deltap --y delta2 --value phase --overlay results/quickstart_lines.h5

milliseconds=$(((${end/[.,]/} - ${start/[.,]/}) / 1000))
printf 'result  %s\nfigure  %s\nsweep   %d.%03d s\n' "$PWD/results/quickstart.h5" "$PWD/results/quickstart.png" \
  $((milliseconds / 1000)) $((milliseconds % 1000))
