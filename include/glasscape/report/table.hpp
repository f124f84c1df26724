#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "glasscape/store/result_file.hpp"

namespace glasscape::report {

/// A field of a CSV row as RFC 4180 writes it: in quotes where it holds a comma, a quote or the end of a line.
std::string csv_field(std::string_view text);

/// The observables of a table, and the own dimensions that its rows run over besides the grid's axes.
struct TableContent {
  std::vector<const store::Variable*> observables;
  std::vector<std::string> own_dimensions;
};

/// The observables of these names; without any, all that have one number a grid point, or where there is none such, all
/// over the own dimensions of the first one (the others go to `notes`). One with fewer own dimensions is repeated along
/// the missing ones. Throws UserError for an unknown name, and where two observables have different own dimensions,
/// none containing the other's.
TableContent choose_content(const store::ResultFile& file, const std::vector<std::string>& names,
                            std::vector<std::string>& notes);

/// Comma-separated values: a line of names, then one row per grid point and entry of the own dimensions. Columns: axes,
/// own dimensions, each observable (a category by its name) with NAME_error beside it, status (a word), message.
/// Numbers read back to the same bits.
void write_csv(std::ostream& out, const store::ResultFile& file, const TableContent& content);

}  // namespace glasscape::report
