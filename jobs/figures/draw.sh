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

# The minima of the landscape: how many at each overlap, and where gradient flow passes them.
run_sweep jobs/kac_rice.ini results/kac_rice.h5
build/glasscape plot results/kac_rice.h5 -o jobs/figures/complexity.png \
  --x overlap_value --value complexity --curves delta2 --line '-0.1,0,0.84,0'
run_sweep jobs/figures/spurious_minima.ini results/spurious_minima.h5
run_sweep jobs/figures/recovery_time_lines.ini results/spurious_minima_lines.h5
build/glasscape plot results/spurious_minima.h5 -o jobs/figures/spurious_minima.png \
  --x deltap --y delta2 --value gradient_flow --overlay results/spurious_minima_lines.h5

# The deltap below which descent finds the signal in half of its runs, after averaging and without, and the exponents of
# its power law in N with their standard errors: half of them, with the other sign, are those of 1/sqrt(deltap).
run_sweep jobs/averaged_gradient_descent.ini results/averaged_descent.h5
run_sweep jobs/averaged_gradient_descent.ini results/plain_descent.h5 \
  --set parameters.averaging_steps=0 --set parameters.starts=8 --set parameters.replicas=60
for name in averaged plain; do
  for table in csv h5; do
    build/glasscape threshold "results/${name}_descent.h5" --along deltap --observable success_fraction --level 0.5 \
      -o "results/$name.$table"
  done
  say "$name: $(awk -F, -f jobs/figures/power_law.awk "results/$name.csv")"
done
build/glasscape plot results/averaged.h5 results/plain.h5 -o jobs/figures/averaged_descent.png \
  --x size --value threshold --log x,value --line '32,0.24,256,0.085,N^{−1/2}' --line '32,0.05,256,0.00625,N^{−1}'
