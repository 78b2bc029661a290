#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace gradcut {

/// Help without the words that CLI11 adds to each flag (TEXT, REQUIRED): what a value is, its range
/// and its default are in the flag's own words.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    if (!option->get_option_text().empty()) return " " + option->get_option_text();
    if (option->get_positional() || option->get_items_expected_max() == 0) return "";
    return " " + option->get_type_name();
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    const std::string text = option->get_description();
    const std::string fallback = option->get_default_str();
    return fallback.empty() || text.find("(default") != std::string::npos
               ? text
               : text + " (default " + fallback + ")";
  }
};

}  // namespace gradcut
