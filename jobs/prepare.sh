# shellcheck shell=bash disable=SC2034
# Sourced by quickstart.sh and test.sh, in the checkout's root: packages, environment, build.

build_packages=(g++ cmake ninja-build pkg-config openmpi-bin libopenmpi-dev libboost-dev libboost-mpi-dev
  libboost-serialization-dev libboost-program-options-dev libhdf5-openmpi-dev libpetsc-real-dev libslepc-real-dev
  libblas-dev libopenblas0-serial librandom123-dev libxxhash-dev libfmt-dev nlohmann-json3-dev)
plot_packages=(gnuplot-nox fonts-dejavu-core)
test_packages=(libgtest-dev libbenchmark-dev python3 python3-h5py python3-xarray python3-h5netcdf netcdf-bin
  slurm-wlm munge) # the tests start clusters of their own

say() { printf '== %s\n' "$*" >&2; }

# Processor cores this process may use. nproc would take a user's OMP_NUM_THREADS for an answer.
cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)

# Whether packages can be installed: by root, or through a sudo that asks nothing or can ask on a terminal.
may_install() {
  ((EUID == 0)) || { command -v sudo >/dev/null && { sudo -n true &>/dev/null || [[ -t 0 ]]; }; }
}

# A package that dpkg knows but does not have is `not-installed`; one with two architectures has two words.
is_installed() {
  [[ " $(dpkg-query -W -f='${db:Status-Status} ' "$1" 2>/dev/null)" == *" installed "* ]]
}

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

# While packages are installed, none of them starts a service: unless the machine has a rule of its own about that.
policy=/usr/sbin/policy-rc.d
hold_services() {
  if [[ -e $policy ]]; then return; fi
  printf '#!/bin/sh\n# %s\nexit 101\n' "$0" | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  held_services=yes
  trap release_services EXIT
}
release_services() {
  if [[ ${held_services:-no} == yes ]]; then as_root rm -f "$policy"; fi
  held_services=no
}

# install_missing PACKAGE...   Touches neither apt nor the network where all are there.
install_missing() {
  if ! command -v apt-get >/dev/null; then
    say "no apt here: the libraries are taken to be installed (README.md, \"Without apt\")"
    return
  fi
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then return; fi
  if ! may_install; then
    say "packages are missing, and only root may install them. Have this run, then start again:"
    printf 'apt-get update && apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    exit 2
  fi
  say "installing ${missing[*]}"
  hold_services
  local apt=(env PATH="$PATH:/usr/sbin:/sbin" DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  if ((EUID != 0)); then apt=(sudo "${apt[@]}"); fi
  "${apt[@]}" update || say "apt-get update failed; going on with the package lists at hand"
  local code=0
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" || code=$?
  release_services
  return $code
}

# One BLAS thread a rank: serial OpenBLAS for what these scripts start, whatever BLAS the system prefers.
# Not before the build: the linker would look there, too, and mix it with the system's own.
use_serial_openblas() {
  export OPENBLAS_NUM_THREADS=1
  local folder
  for folder in /usr/lib/*/openblas-serial; do
    if [[ -e $folder/libblas.so.3 ]]; then export LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}; fi
  done
}

# Open MPI asks root to say twice that it means it; and hwloc complains of a chroot without /sys, where all works.
set_up_mpi() {
  export HWLOC_HIDE_ERRORS=2
  if ((EUID == 0)); then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
}

# Compilers at a time: one a core, and 1.5 GB of memory for each.
build_jobs() {
  local jobs=$(($(getconf _PHYS_PAGES) * $(getconf PAGESIZE) / 1500000000))
  ((jobs < cores)) || jobs=$cores
  echo $((jobs > 0 ? jobs : 1))
}

# build CMAKE_OPTION...   The release build, in build/.
build() {
  say "building in $PWD/build"
  cmake --preset release "$@"
  cmake --build --preset release --parallel "$(build_jobs)"
}

# run_sweep SWEEP.ini RESULT.h5 OPTION...   On all cores: one master that mostly sleeps, a worker a core.
run_sweep() {
  local sweep=$1 result=$2
  shift 2
  mpirun -n $((cores + 1)) -q --oversubscribe --bind-to none build/glasscape run "$sweep" -o "$result" "$@"
}
