#pragma once

#include <vector>

#include "glasscape/core/parameters.hpp"
#include "glasscape/core/schema.hpp"

namespace glasscape {

/// Powers of 10^(1/8) from 0.01 up to `t_max`, and `t_max` itself.
std::vector<double> eight_per_decade(double t_max);

/// Declares when a dynamics up to the parameter `t_max` is observed: the list `times` with its dimension `time`.
void observe_at_times(Schema& schema, const std::string& unit = "1");

/// Likewise the lists `waiting_times` and `lags` with the dimensions `waiting_time` and `lag`, of observables of two
/// times, waiting_time and waiting_time + lag.
void observe_after_waiting(Schema& schema, const std::string& unit = "1");

/// Declares a dynamics of discrete steps, `steps` in number, with the dimension `step`: all of them, or the list
/// `observed_steps`, by default 0 and 8 per decade.
void observe_at_all_steps(Schema& schema, double fallback);
void observe_at_some_steps(Schema& schema, double fallback);

/// `waiting_times` and `lags` as above, counted in steps.
void observe_after_waiting_steps(Schema& schema);

/// The times in such a list, of 15 digits each: so rounded, those that are meant to be the same are equal.
std::vector<double> times_of(const Parameters& parameters, const std::string& list);

}  // namespace glasscape
