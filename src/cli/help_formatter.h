#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>

namespace gradcut {

/// What a flag means, with its range and its default.
inline std::string HelpOf(const CLI::Option& option) {
  std::string help = option.get_description(), added;
  // CLI::Range describes itself as "INT in [0 - 9]".
  const std::string type = option.get_type_name();
  if (const std::size_t at = type.find(" in ["); at != std::string::npos) {
    const std::size_t dash = type.find(" - ", at), end = type.find(']', at);
    added =
        "; " + type.substr(at + 5, dash - at - 5) + " to " + type.substr(dash + 3, end - dash - 3);
  }
  help.insert(std::min(help.find(" (default"), help.size()), added);
  const std::string fallback = option.get_default_str();
  if (!fallback.empty() && help.find("(default") == std::string::npos)
    help += " (default " + fallback + ")";
  return help;
}

/// Help without the words that CLI11 adds to each flag (TEXT, REQUIRED): what a value is, its range
/// and its default are in the flag's own words.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (!option->get_option_text().empty()) return " " + option->get_option_text();
    if (option->get_positional() || option->get_items_expected_max() == 0) return "";
    return " " + option->get_type_name();
  }

  std::string make_option_desc(const CLI::Option* option) const override { return HelpOf(*option); }
};

}  // namespace gradcut
