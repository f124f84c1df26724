#pragma once

#include "glasscape/core/point_context.hpp"

namespace glasscape::testing {

/// The context of a point that belongs to no sweep, on this rank alone.
class LoneContext {
 public:
  explicit LoneContext(std::function<bool()> stop_requested = [] { return false; })
      : environment_{.team = team_, .stop_requested = std::move(stop_requested)} {}

  operator PointContext&() { return context_; }

 private:
  wrap::Communicator team_{MPI_COMM_SELF, boost::mpi::comm_attach};
  PointContext::Environment environment_;
  Schema schema_;
  GridPoint point_{.values = Parameters(schema_)};
  Shape shape_{schema_, point_.values};
  NoCheckpoint checkpoint_;
  PointContext context_{environment_, point_, shape_, checkpoint_};
};

}  // namespace glasscape::testing
