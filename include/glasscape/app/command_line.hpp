#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

namespace glasscape::app {

/// What one verb takes.
struct CommandLine {
  std::string synopsis;  ///< "glasscape run SWEEP.ini [options]"
  std::string about;     ///< what it does, an example
  boost::program_options::options_description options;
  std::string positional = {};  ///< the name of the option that plain arguments give
  int positional_count = 1;     ///< -1: any number

  /// The parsed arguments, or nothing after --help, which is printed. Throws UserError naming the nearest option.
  std::optional<boost::program_options::variables_map> parse(const std::vector<std::string>& arguments) const;
};

/// The option's text; throws UserError "what is missing" where it was not given.
std::string required(const boost::program_options::variables_map& given, const std::string& option,
                     const std::string& what);

}  // namespace glasscape::app
