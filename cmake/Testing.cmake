# glasscape_test(NAME SOURCES ... ROOMS ... [LONG FILTER]): a GoogleTest executable with the shared main, one ctest
# entry, and one more, NAME.long with the label `long`, for the tests that FILTER names: `ctest -LE long` leaves them out.
find_package(GTest REQUIRED)

add_library(glasscape_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
target_link_libraries(glasscape_test_main PRIVATE glasscape_options PUBLIC GTest::gtest Boost::mpi Boost::serialization
                                          MPI::MPI_CXX)

function(glasscape_test name)
  cmake_parse_arguments(TEST "" "LONG" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  list(TRANSFORM TEST_ROOMS PREPEND glasscape::)
  target_link_libraries(${name} PRIVATE glasscape_options glasscape_test_main ${TEST_ROOMS} ${TEST_LIBRARIES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE GLASSCAPE_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name} $<$<BOOL:${TEST_LONG}>:--gtest_filter=-${TEST_LONG}>
    COMMAND_EXPAND_LISTS)
  set_tests_properties(${name} PROPERTIES ENVIRONMENT OPENBLAS_NUM_THREADS=1)
  if(TEST_LONG)
    add_test(NAME ${name}.long COMMAND ${name} --gtest_filter=${TEST_LONG})
    set_tests_properties(${name}.long PROPERTIES LABELS long ENVIRONMENT OPENBLAS_NUM_THREADS=1)
  endif()
endfunction()

# The ranks of an MPI test may be more than the cores, and root may start them.
set(GLASSCAPE_MPI_FLAGS --oversubscribe --bind-to none -q)
set(GLASSCAPE_MPI_ENVIRONMENT OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OPENBLAS_NUM_THREADS=1)

# glasscape_mpi_test(NAME RANKS ... SOURCES ... ROOMS ...): likewise, one ctest entry for each number of ranks.
function(glasscape_mpi_test name)
  cmake_parse_arguments(TEST "" "" "RANKS;SOURCES;ROOMS;LIBRARIES" ${ARGN})
  glasscape_test(${name} SOURCES ${TEST_SOURCES} ROOMS ${TEST_ROOMS} LIBRARIES ${TEST_LIBRARIES})
  foreach(ranks ${TEST_RANKS})
    add_test(NAME ${name}.${ranks}
      COMMAND ${MPIEXEC_EXECUTABLE} ${GLASSCAPE_MPI_FLAGS} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}>)
    set_tests_properties(${name}.${ranks} PROPERTIES
      PROCESSORS 2 TIMEOUT 120 ENVIRONMENT "${GLASSCAPE_MPI_ENVIRONMENT}")
  endforeach()
endfunction()

# The Python that reads result files: the first on the PATH that has the modules, for a version manager's may lack them.
function(glasscape_reads_results result python)
  execute_process(COMMAND ${python} -c "import h5netcdf, h5py, xarray" RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
  if(failed)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

if(NOT Python3_EXECUTABLE)
  find_program(Python3_EXECUTABLE NAMES python3 PATHS /usr/bin VALIDATOR glasscape_reads_results)
else()
  set(reads_results TRUE)
  glasscape_reads_results(reads_results ${Python3_EXECUTABLE})
  if(NOT reads_results)
    set(Python3_EXECUTABLE NOTFOUND)
  endif()
endif()
if(NOT Python3_EXECUTABLE)
  message(FATAL_ERROR "the tests need a Python 3 with the modules h5py, h5netcdf and xarray (Debian: python3-h5py python3-h5netcdf python3-xarray): install them, set Python3_EXECUTABLE to a Python that has them, or configure with -DGLASSCAPE_TESTS=OFF")
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# glasscape_cli_test(THEME): tests/cli/THEME.py, which runs the programs as a user does.
function(glasscape_cli_test theme)
  add_test(NAME cli.${theme} COMMAND Python3::Interpreter -B ${PROJECT_SOURCE_DIR}/tests/cli/${theme}.py)
  set_tests_properties(cli.${theme} PROPERTIES PROCESSORS 2 TIMEOUT 180 ENVIRONMENT
    "GLASSCAPE=$<TARGET_FILE:glasscape>;GLASSCAPE_TESTBED=$<TARGET_FILE:glasscape_testbed>;GLASSCAPE_MPIEXEC=${MPIEXEC_EXECUTABLE}")
endfunction()
