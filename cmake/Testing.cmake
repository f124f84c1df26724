# glasscape_test(NAME SOURCES ... ROOMS ...): a GoogleTest executable with the shared main, one ctest entry.
find_package(GTest REQUIRED)

function(glasscape_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_executable(${name} ${TEST_SOURCES} ${PROJECT_SOURCE_DIR}/tests/support/main.cpp)
  list(TRANSFORM TEST_ROOMS PREPEND glasscape::)
  target_link_libraries(${name} PRIVATE glasscape_options GTest::gtest ${TEST_ROOMS} ${TEST_LIBRARIES}
                                        Boost::mpi Boost::serialization MPI::MPI_CXX)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE GLASSCAPE_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name})
endfunction()
