#pragma once

#include <map>
#include <string>
#include <vector>

#include "glasscape/store/result_file.hpp"

namespace glasscape::report {

/// Dimensions held fixed and the values they are held at, as typed.
using Fixed = std::map<std::string, std::string>;

/// "a=1,b=2", repeatable. Throws UserError for what is not of this form and for a name given twice.
Fixed parse_at(const std::vector<std::string>& arguments);

/// Throws UserError for a fixed name that is a dimension of none of the files, with the nearest one.
void check_fixed(const Fixed& fixed, const std::vector<const store::ResultFile*>& files);

/// The coordinate of a dimension; throws UserError, with the nearest dimension, where `name` is none of the file's.
const store::Variable& dimension(const store::ResultFile& file, std::string_view name);

/// A variable with numbers (no coordinate, hash or text); throws UserError, with the nearest one, where there is none.
const store::Variable& number_variable(const store::ResultFile& file, std::string_view name);

/// The variable's own dimensions: those beyond the grid.
std::vector<std::string> own_dimensions(const store::ResultFile& file, const store::Variable& variable);

/// Dimensions of the variable that leave a choice: longer than one and not fixed.
std::vector<std::string> open_dimensions(const store::Variable& variable, const Fixed& fixed);

/// The variable over the dimensions `over`, row-major in this order, everything else fixed (dimensions of length one
/// are taken as they are). A dimension of `over` that the variable does not have repeats its numbers. Throws UserError,
/// naming the dimension and its values, where one is neither in `over` nor fixed.
std::vector<double> read_slice(const store::ResultFile& file, const store::Variable& variable,
                               const std::vector<std::string>& over, const Fixed& fixed);

/// One value of a coordinate as one types it (a named one by its name).
std::string coordinate_text(const store::Variable& coordinate, double value);
/// The same as one prints it, and with the name in front: "T = 0.5".
std::string printed_coordinate(const store::Variable& coordinate, double value);

/// "0.1 to 2 (20 values)", or all values where they are few.
std::string describe_values(const store::Variable& coordinate, const std::vector<double>& values);

}  // namespace glasscape::report
