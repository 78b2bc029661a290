#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace gradcut {

/// The range that CLI::Range allows, "0 to 9"; "" for a flag without one. CLI::Range describes
/// itself as "INT in [0 - 9]".
inline std::string RangeOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t at = type.find(" in ["), dash = type.find(" - ", at), end = type.find(']', at);
  if (at == std::string::npos) return "";
  return type.substr(at + 5, dash - at - 5) + " to " + type.substr(dash + 3, end - dash - 3);
}

/// What a flag takes: "a whole number from 0 to 9", "region, structure or all"; "" for any text.
inline std::string ExpectedValue(const CLI::Option& option) {
  std::string type = option.get_type_name();
  const std::string range = RangeOf(option);
  const bool is_real = type.starts_with("FLOAT");
  if (is_real || type.starts_with("INT") || type.starts_with("UINT"))
    return std::string(is_real ? "a number" : "a whole number") +
           (range.empty() ? "" : " from " + range);
  if (type.find('|') == std::string::npos) return "";
  for (std::size_t bar = 0; (bar = type.find('|')) != std::string::npos;)
    type.replace(bar, 1, type.find('|', bar + 1) == std::string::npos ? " or " : ", ");
  return type;
}

/// What a flag means, with its range and its default.
inline std::string HelpOf(const CLI::Option& option) {
  std::string help = option.get_description();
  if (const std::string range = RangeOf(option); !range.empty())
    help.insert(std::min(help.find(" (default"), help.size()), "; " + range);
  const std::string fallback = option.get_default_str();
  if (!fallback.empty() && help.find("(default") == std::string::npos)
    help += " (default " + fallback + ")";
  return help;
}

/// "gradcut models import": how a command is called.
inline std::string CommandLineOf(const CLI::App& app) {
  const std::string before =
      app.get_parent() == nullptr ? "" : CommandLineOf(*app.get_parent()) + " ";
  return before + app.get_name();
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

  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) return Formatter::make_help(app, name, mode);
    return make_description(app) + make_usage(app, name) + make_positionals(app) +
           Flags(app, mode) + make_subcommands(app, mode) + "\n" + make_footer(app);
  }

 private:
  // `--help` shows what a user needs, `--help-all` the other groups too.
  std::string Flags(const CLI::App* app, CLI::AppFormatMode mode) const {
    std::string text;
    std::size_t hidden = 0;
    for (const std::string& group : app->get_groups()) {
      const std::vector<const CLI::Option*> flags =
          app->get_options([&group](const CLI::Option* flag) {
            return flag->get_group() == group && flag->nonpositional();
          });
      if (group.empty() || flags.empty()) continue;
      const bool shown = group == "Options" || mode == CLI::AppFormatMode::All;
      if (shown) text += (text.empty() ? "" : "\n") + make_group(group, false, flags);
      if (!shown) hidden += flags.size();
    }
    if (hidden > 0)
      text += "\n" + std::to_string(hidden) +
              " more flags, most of them options of single stages: `" + CommandLineOf(*app) +
              " --help-all` lists them\n";
    return text;
  }
};

}  // namespace gradcut
