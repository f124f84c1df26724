#include <fmt/format.h>

#include <iostream>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/parameters.hpp"
#include "glasscape/store/rows.hpp"

namespace glasscape::app {

namespace {

/// "delta2 = 0.5, deltap = 1" of a row.
std::string place_of(const store::ResultFile& file, std::size_t row) {
  std::string place;
  for (auto axis = file.axes().rbegin(); axis != file.axes().rend(); ++axis) {
    const auto values = file.read(*axis);
    place =
        fmt::format("{} = {}{}{}", *axis, format_number(values[row % values.size()]), place.empty() ? "" : ", ", place);
    row /= values.size();
  }
  return place.empty() ? "the only point" : place;
}

}  // namespace

ExitCode check_verb(const Arguments& arguments) {
  const CommandLine line{.synopsis = "glasscape check FILE",
                         .about =
                             "Verifies the checksum of every row that holds a result. Damaged rows are listed "
                             "and give exit code 1;\n`glasscape run` computes them again.\n",
                         .options = boost::program_options::options_description("options"),
                         .positional = "file"};
  const auto given = line.parse(arguments);
  if (!given) return ExitCode::complete;
  const store::ResultFile file(required(*given, "file", "the result file"));
  const store::RowFile rows(file, store::RowFile::Access::read);
  const auto damaged = store::damaged_rows(rows);
  for (const std::size_t row : damaged) std::cout << fmt::format("damaged: row {} ({})\n", row, place_of(file, row));
  std::cout << fmt::format("{}: {} rows, {} damaged\n", file.path().string(), file.rows(), damaged.size());
  return damaged.empty() ? ExitCode::complete : ExitCode::some_failed;
}

}  // namespace glasscape::app
