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

# Memory of an equilibrium start: lost in the 3-spin glass, kept in a mixture of 3- and 14-spin interactions.
sweep=jobs/figures/ergodicity_breaking.ini
run_sweep $sweep results/3-spin.h5 --set parameters.mixture=1 --set 'grid.initial_temperature=0.62, 0.65, 0.8'
run_sweep $sweep results/3+14-spin.h5
build/glasscape plot results/3-spin.h5 results/3+14-spin.h5 -o jobs/figures/ergodicity_breaking.png \
  --x time --value correlation_initial --curves initial_temperature --log x,value

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

# with_points SWEEP FIGURE OPTION...   An observable of SWEEP.ini (theory) with points of SWEEP_finite_size.ini.
with_points() {
  local sweep=$1 figure=$2 name
  name=$(basename "$sweep")
  shift 2
  build/glasscape plot "results/$name.h5" --points "results/${name}_finite_size.h5" -o "jobs/figures/$figure.png" "$@"
}

# Stochastic gradient descent on two clusters: vanilla and persistent, small and large batches.
run_sweep jobs/sgd_gaussian_mixture.ini results/sgd_gaussian_mixture.h5
run_sweep jobs/sgd_gaussian_mixture_finite_size.ini results/sgd_gaussian_mixture_finite_size.h5
for observable in generalization_error training_loss training_accuracy; do
  with_points jobs/sgd_gaussian_mixture "sgd_$observable" \
    --x step --value "$observable" --curves batch_size --dashes persistence_time --log x
done

# Gradient descent from weights of different size at the start.
run_sweep jobs/figures/sgd_full_batch.ini results/sgd_full_batch.h5
run_sweep jobs/figures/sgd_full_batch_finite_size.ini results/sgd_full_batch_finite_size.h5
with_points jobs/figures/sgd_full_batch sgd_full_batch \
  --x step --value generalization_error --curves initial_variance --log x

# Three clusters.
run_sweep jobs/figures/sgd_three_clusters.ini results/sgd_three_clusters.h5
run_sweep jobs/figures/sgd_three_clusters_finite_size.ini results/sgd_three_clusters_finite_size.h5
with_points jobs/figures/sgd_three_clusters sgd_three_clusters \
  --x step --value generalization_error --curves batch_size --dashes persistence_time --log x

# Effective temperatures: of vanilla SGD with the square loss, of persistent SGD with the logistic loss.
run_sweep jobs/sgd_effective_temperature.ini results/sgd_effective_temperature.h5
run_sweep jobs/figures/sgd_effective_temperature_finite_size.ini results/sgd_effective_temperature_finite_size.h5
with_points jobs/sgd_effective_temperature sgd_effective_temperature \
  --x lag --value effective_temperature --curves learning_rate --log x,value
with_points jobs/sgd_effective_temperature sgd_effective_temperature_learning_rate \
  --x learning_rate --value effective_temperature --curves lag --log x,value --line '0.05,0.0018,0.4,0.0144,∝ η'
sweep=jobs/figures/sgd_effective_temperature_persistent
run_sweep $sweep.ini results/sgd_effective_temperature_persistent.h5
run_sweep ${sweep}_finite_size.ini results/sgd_effective_temperature_persistent_finite_size.h5
with_points $sweep sgd_effective_temperature_persistent \
  --x lag --value effective_temperature --curves persistence_time --log x,value

# How well SGD generalises after 60 steps.
run_sweep jobs/figures/sgd_phase_diagram.ini results/sgd_phase_diagram.h5
build/glasscape plot results/sgd_phase_diagram.h5 -o jobs/figures/sgd_phase_diagram.png \
  --x alpha --y batch_size --value generalization_error --at step=60 --log value
run_sweep jobs/figures/sgd_phase_diagram_cut.ini results/sgd_phase_diagram_cut.h5
run_sweep jobs/figures/sgd_phase_diagram_cut_finite_size.ini results/sgd_phase_diagram_cut_finite_size.h5
with_points jobs/figures/sgd_phase_diagram_cut sgd_phase_diagram_cut \
  --x alpha --value generalization_error --curves batch_size --at step=60 --log x,value

# Phase retrieval: what noise does from a warm start, success from random starts, and of wide networks.
# warm_start NAME BATCH_SIZE PERSISTENCE_TIME   One algorithm, at infinite and finite size.
warm_start() {
  local name=$1 options=(--set "parameters.batch_size=$2" --set "parameters.persistence_time=$3")
  run_sweep jobs/figures/phase_retrieval_warm_start.ini "results/$name.h5" "${options[@]}"
  run_sweep jobs/figures/phase_retrieval_warm_start_finite_size.ini "results/${name}_points.h5" "${options[@]}"
}
warm_start gradient_descent 1 0
warm_start vanilla_SGD 0.5 0
warm_start persistent_SGD 0.5 0.5
build/glasscape plot results/{gradient_descent,vanilla_SGD,persistent_SGD}.h5 \
  -o jobs/figures/phase_retrieval_warm_start.png --x step --value overlap --log x \
  --points={results/gradient_descent,results/vanilla_SGD,results/persistent_SGD}_points.h5
run_sweep jobs/phase_retrieval_thresholds.ini results/phase_retrieval_thresholds.h5
run_sweep jobs/phase_retrieval.ini results/phase_retrieval.h5 \
  --set 'grid.size=64, 128, 256'
build/glasscape plot results/phase_retrieval.h5 -o jobs/figures/phase_retrieval_success.png \
  --x alpha --value success_fraction --curves size --at step=3000
run_sweep jobs/figures/overparametrized.ini results/overparametrized.h5
build/glasscape plot results/overparametrized.h5 -o jobs/figures/overparametrized.png \
  --x alpha --value test_error --curves step --log value --overlay results/phase_retrieval_thresholds.h5

# success_map ALGORITHM   How often it finds the signal at finite size, with the lines at infinite size.
success_map() {
  local name=success_$1
  run_sweep "jobs/figures/$name.ini" "results/$name.h5"
  run_sweep jobs/figures/recovery_time_lines.ini results/recovery_time_T1_lines.h5 --set parameters.temperature=1
  build/glasscape plot "results/$name.h5" -o "jobs/figures/$name.png" --x deltap --y delta2 --value success_fraction \
    --overlay results/recovery_time_T1_lines.h5
}

success_map amp
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
  --x size --value threshold --log x,value --line '32,0.24,192,0.098,N^{−1/2}' --line '32,0.05,192,0.00833,N^{−1}'

# And its success by the number of points that the gradient is averaged over.
run_sweep jobs/figures/averaged_descent_points.ini results/averaged_descent_points.h5
build/glasscape plot results/averaged_descent_points.h5 -o jobs/figures/averaged_descent_points.png \
  --x deltap --value success_fraction --curves points --log x
