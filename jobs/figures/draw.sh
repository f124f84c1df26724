#!/usr/bin/env bash
# Draws the figures of this folder again. The program must have been built (jobs/quickstart.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source jobs/prepare.sh
use_serial_openblas
set_up_mpi
mkdir -p results

# phase_diagram SWEEP FIGURE   The phases of SWEEP.ini with the lines of SWEEP_lines.ini.
phase_diagram() {
  local sweep=$1 figure=$2 name
  name=$(basename "$sweep")
  run_sweep "$sweep.ini" "results/$name.h5"
  run_sweep "${sweep}_lines.ini" "results/${name}_lines.h5"
  build/glasscape plot "results/$name.h5" -o "$figure" --x deltap --y delta2 --value phase \
    --overlay "results/${name}_lines.h5"
}

phase_diagram jobs/quickstart jobs/figures/quickstart.png
phase_diagram jobs/figures/phase_diagram_p4 jobs/figures/phase_diagram_p4.png

# The correlation of the spherical 3-spin glass in equilibrium, through its dynamical transition.
run_sweep jobs/pspin_equilibrium.ini results/pspin_equilibrium.h5
build/glasscape plot results/pspin_equilibrium.h5 -o jobs/figures/pspin_equilibrium.png \
  --x time --value correlation --curves temperature --log x
