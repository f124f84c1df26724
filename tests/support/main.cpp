#include <gtest/gtest.h>

#include <boost/mpi/environment.hpp>

int main(int argc, char** argv) {
  const boost::mpi::environment mpi(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
