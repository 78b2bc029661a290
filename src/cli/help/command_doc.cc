#include "cli/help/command_doc.h"

#include "cli/help/help_formatter.h"

#include <sstream>

namespace gradcut {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
  return words;
}

// See `WithChoices`.
std::vector<std::string> ChoicesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.find('|') == std::string::npos ? std::vector<std::string>() : Split(type, '|');
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
  flag.choices = ChoicesOf(option);
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
