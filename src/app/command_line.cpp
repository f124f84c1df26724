#include "glasscape/app/command_line.hpp"

#include <fmt/format.h>

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <iostream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/suggest.hpp"

namespace glasscape::app {

namespace options = boost::program_options;

std::optional<options::variables_map> CommandLine::parse(const std::vector<std::string>& arguments) const {
  options::options_description all;
  all.add(this->options);
  all.add_options()("help,h", "this text");
  options::options_description accepted;
  accepted.add(all);
  options::positional_options_description plain;
  if (!positional.empty()) {
    accepted.add_options()(positional.c_str(), options::value<std::vector<std::string>>());
    plain.add(positional.c_str(), positional_count);
  }
  try {
    options::variables_map given;
    constexpr int style = options::command_line_style::default_style & ~options::command_line_style::allow_guessing;
    options::store(options::command_line_parser(arguments).options(accepted).positional(plain).style(style).run(),
                   given);
    if (given.count("help") > 0) {
      std::cout << "usage: " << synopsis << "\n\n" << about << "\n" << all;
      return std::nullopt;
    }
    options::notify(given);
    return given;
  } catch (const options::unknown_option& error) {
    std::vector<std::string> names;
    for (const auto& option : all.options()) names.push_back("--" + option->long_name());
    throw UserError(fmt::format("unknown option '{}'{}\nusage: {}", error.get_option_name(),
                                suggestion(error.get_option_name(), names), synopsis));
  } catch (const options::too_many_positional_options_error&) {
    throw UserError(fmt::format("too many arguments\nusage: {}", synopsis));
  } catch (const options::error& error) {
    throw UserError(fmt::format("{}\nusage: {}", error.what(), synopsis));
  }
}

std::string required(const options::variables_map& given, const std::string& option, const std::string& what) {
  if (given.count(option) == 0) throw UserError(what + " is missing; see --help");
  const auto& value = given[option].value();
  if (const auto* several = boost::any_cast<std::vector<std::string>>(&value)) return several->front();
  return given[option].as<std::string>();
}

}  // namespace glasscape::app
