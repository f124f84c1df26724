# The libraries, each as an imported target.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(MPI REQUIRED COMPONENTS C CXX)
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization program_options)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)

# Debian may have the serial HDF5 beside the parallel one; PETSc links the parallel one, and a process holds only one.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "found the serial HDF5 (${HDF5_C_INCLUDE_DIRS}); glasscape needs the parallel one: install libhdf5-openmpi-dev, or set HDF5_ROOT to a parallel build")
endif()

add_library(hdf5_parallel INTERFACE)
target_include_directories(hdf5_parallel SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(hdf5_parallel INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})

pkg_check_modules(PETSC REQUIRED IMPORTED_TARGET PETSc>=3.18)
pkg_check_modules(SLEPC REQUIRED IMPORTED_TARGET SLEPc>=3.18)

# Debian's libblas is whichever BLAS the system has chosen: the one that PETSc loads, too.
set(BLA_VENDOR Generic)
find_package(LAPACK REQUIRED)
find_path(CBLAS_INCLUDE_DIR cblas.h REQUIRED)
add_library(cblas INTERFACE)
target_include_directories(cblas SYSTEM INTERFACE ${CBLAS_INCLUDE_DIR})
target_link_libraries(cblas INTERFACE BLAS::BLAS)

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
find_library(XXHASH_LIBRARY xxhash REQUIRED)
add_library(xxhash INTERFACE)
target_include_directories(xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})
target_link_libraries(xxhash INTERFACE ${XXHASH_LIBRARY})

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
add_library(random123 INTERFACE)
target_include_directories(random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
