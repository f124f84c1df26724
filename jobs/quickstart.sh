#!/usr/bin/env bash
# From a fresh checkout to a phase diagram: installs what is missing (apt), builds, runs the sweep of quickstart.ini
# on all cores and draws it. Run it again to continue a sweep that was stopped.
#
#   jobs/quickstart.sh [OPTION OF glasscape run]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source jobs/prepare.sh

install_missing "${build_packages[@]}" "${plot_packages[@]}"
use_serial_openblas
set_up_mpi
build -DGLASSCAPE_TESTS=OFF

# sweep NAME OPTION...   Runs jobs/NAME.ini into results/NAME.h5: one master that mostly sleeps, a worker a core.
sweep() {
  local name=$1
  shift
  mpirun -n $((cores + 1)) -q --oversubscribe --bind-to none \
    build/glasscape run "jobs/$name.ini" -o "results/$name.h5" "$@"
}

mkdir -p results
say "running the sweeps"
start=$EPOCHREALTIME
sweep quickstart "$@"
end=$EPOCHREALTIME
sweep quickstart_lines "$@"
build/glasscape plot results/quickstart.h5 -o results/quickstart.png \
  --x deltap --y delta2 --value phase --overlay results/quickstart_lines.h5

milliseconds=$(((${end/[.,]/} - ${start/[.,]/}) / 1000))
printf 'result  %s\nfigure  %s\nsweep   %d.%03d s\n' "$PWD/results/quickstart.h5" "$PWD/results/quickstart.png" \
  $((milliseconds / 1000)) $((milliseconds % 1000))
