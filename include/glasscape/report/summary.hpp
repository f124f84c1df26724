#pragma once

#include <ostream>

#include "glasscape/report/selection.hpp"

namespace glasscape::report {

/// What is in the file: where it comes from, parameters, axes, observables, how many points of each status.
void write_summary(std::ostream& out, const store::ResultFile& file);

/// One grid point in full: its parameters, status, message and every observable with its error. Throws UserError where
/// `fixed` leaves a choice.
void write_point(std::ostream& out, const store::ResultFile& file, const Fixed& fixed);

}  // namespace glasscape::report
