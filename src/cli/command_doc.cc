#include "cli/command_doc.h"

#include "cli/help_formatter.h"

#include <regex>
#include <sstream>

namespace gradcut {
namespace {

std::vector<std::string> Split(const std::string& text, const std::string& separator) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return words;
}

// The words that a flag takes: "binary|voc" for its value, or "one of a, b" or ": a, b, or a file"
// and the default in its help.
std::vector<std::string> ChoicesOf(const FlagDoc& flag) {
  static const std::regex values(R"([a-z0-9_.-]+(\|[a-z0-9_.-]+)+)");
  if (std::regex_match(flag.value, values)) return Split(flag.value, "|");
  static const std::regex list(R"((?:one of|:) ([\w.-]+(?:, [\w.-]+)+)(?:,[^(]*)? \(default)");
  std::smatch match;
  if (flag.value.empty() || !std::regex_search(flag.help, match, list)) return {};
  return Split(match[1], ", ");
}

FlagDoc DescribeFlag(const CLI::Option& option) {
  FlagDoc flag;
  for (const std::string& name : option.get_snames()) flag.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) flag.names.push_back("--" + name);
  if (flag.names.empty()) flag.names.push_back(option.get_name());
  if (option.get_items_expected_max() > 0)
    flag.value =
        option.get_option_text().empty() ? option.get_type_name() : option.get_option_text();
  flag.help = HelpOf(option);
  flag.group = option.get_group();
  flag.choices = ChoicesOf(flag);
  return flag;
}

std::vector<std::string> ExamplesOf(const CLI::App& app) {
  std::istringstream footer(app.get_footer());
  std::vector<std::string> examples;
  for (std::string line; std::getline(footer, line);)
    if (line.starts_with("  ")) examples.push_back(line.substr(2));
  return examples;
}

}  // namespace

CommandDoc DescribeCommand(const CLI::App& app) {
  CommandDoc doc = {.words = {app.get_name()},
                    .help = app.get_description(),
                    .positionals = {},
                    .flags = {},
                    .examples = ExamplesOf(app),
                    .commands = {}};
  for (const CLI::App* parent = app.get_parent(); parent != nullptr; parent = parent->get_parent())
    doc.words.insert(doc.words.begin(), parent->get_name());
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? doc.positionals : doc.flags).push_back(DescribeFlag(*option));
  }
  for (const CLI::App* command : app.get_subcommands(nullptr))
    if (!command->get_group().empty()) doc.commands.push_back(DescribeCommand(*command));
  return doc;
}

}  // namespace gradcut
