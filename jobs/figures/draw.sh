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

# The Langevin algorithm through its transition.
run_sweep jobs/figures/langevin_transition.ini results/langevin_transition.h5
build/glasscape plot results/langevin_transition.h5 -o jobs/figures/langevin_transition.png \
  --x time --value overlap --curves delta2

# Aging of the spherical 3-spin glass: correlations, responses against them, energies.
run_sweep jobs/figures/aging.ini results/aging.h5
build/glasscape plot results/aging.h5 -o jobs/figures/aging.png \
  --x lag --value correlation --curves waiting_time --at temperature=0.3 --log x
# q_EA = 0.80722 and X = 0.23882 at T = 0.3: threshold_overlap and fluctuation_dissipation_ratio of `glasscape show`.
build/glasscape plot results/aging.h5 -o jobs/figures/fluctuation_dissipation.png \
  --x correlation --value integrated_response --curves waiting_time --at temperature=0.3 \
  --line '1,0,0.80722,0.64261,slope −1/T' --line '0.80722,0.64261,0,1.28521,slope −X/T'
build/glasscape plot results/aging.h5 -o jobs/figures/energy_above_threshold.png \
  --x time --value energy_above_threshold --at temperature=0 --log x,value --line '10,0.14,1e7,1.4e-5,t^{−2/3}'

# recovery_map TEMPERATURE FIGURE   When the dynamics finds the signal, with the lines beyond which it never does.
recovery_map() {
  local temperature=$1 figure=$2 name=recovery_time_T$1
  run_sweep jobs/figures/recovery_time.ini "results/$name.h5" --set "parameters.temperature=$temperature"
  run_sweep jobs/figures/recovery_time_lines.ini "results/${name}_lines.h5" --set "parameters.temperature=$temperature"
  build/glasscape plot "results/$name.h5" -o "$figure" --x deltap --y delta2 --value recovery_time --log value \
    --overlay "results/${name}_lines.h5"
}

recovery_map 1 jobs/figures/recovery_time_langevin.png
recovery_map 0 jobs/figures/recovery_time_flow.png

# success_map ALGORITHM   How often it finds the signal at finite size, with the lines at infinite size.
success_map() {
  local name=success_$1
  run_sweep "jobs/figures/$name.ini" "results/$name.h5"
  run_sweep jobs/figures/recovery_time_lines.ini results/recovery_time_T1_lines.h5 --set parameters.temperature=1
  build/glasscape plot "results/$name.h5" -o "jobs/figures/$name.png" --x deltap --y delta2 --value success_fraction \
    --overlay results/recovery_time_T1_lines.h5
}

success_map flow
success_map langevin

# The tangent Hessian along gradient flow at finite size: its lowest eigenvalues, and its whole spectrum.
run_sweep jobs/figures/hessian_outlier.ini results/hessian_outlier.h5
build/glasscape plot results/hessian_outlier.h5 -o jobs/figures/hessian_eigenvalues.png \
  --x hessian_time --value hessian_eigenvalue --curves eigenvalue
build/glasscape plot results/hessian_outlier.h5 -o jobs/figures/hessian_spectrum.png \
  --x hessian_time --y hessian_bin --value hessian_density --log value

# Gradient flow at finite size on the curves of infinite size.
run_sweep jobs/figures/finite_size_theory.ini results/finite_size_theory.h5
run_sweep jobs/figures/finite_size.ini results/finite_size.h5
build/glasscape plot results/finite_size_theory.h5 --points results/finite_size.h5 -o jobs/figures/finite_size.png \
  --x time --value overlap --curves delta2 --log x
