#include "cli/flags/flag_errors.h"

#include "cli/help/help_formatter.h"
#include "gradcut/core/options.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace gradcut {
namespace {

std::string Unexpected(const CLI::App& command, const std::string& argument) {
  const std::string given = Printable(argument);
  const std::vector<std::string> commands = CommandNames(command);
  if (!argument.starts_with('-'))
    return commands.empty()
               ? fmt::format("unexpected '{}'", given)
               : fmt::format("unknown command '{}': expected {}{}", given,
                             fmt::join(commands, ", "), DidYouMean(argument, commands));
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) flags.push_back(option->get_name());
  if (std::error_code ignored; std::filesystem::exists(argument, ignored))
    return fmt::format("unknown flag '{0}'; if it is the file, write ./{0}", given);
  if (std::find(flags.begin(), flags.end(), argument.substr(0, argument.find('='))) != flags.end())
    return fmt::format("'{}' stands before the command: write it behind, {} {}", given,
                       CommandLineOf(command), given);
  return fmt::format("unknown flag '{}'{}", given, DidYouMean(argument, flags));
}

// CLI11 puts the flag's name into its message and nowhere else.
const CLI::Option* FlagIn(const std::string& message, const CLI::App& command) {
  const CLI::Option* found = nullptr;
  std::size_t longest = 0;
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    // Without its dashes where a flag that takes no value has one.
    const bool begins = message.starts_with(
        name.substr(std::min(name.size(), name.find_first_not_of('-'))) + " was given");
    if (name.size() <= longest || (!begins && message.find(name) == std::string::npos)) continue;
    found = option;
    longest = name.size();
  }
  return found;
}

// The value of a flag is not of its type, or not one of those allowed.
std::string WrongValue(const CLI::Option& flag) {
  const std::vector<std::string>& values = flag.results();
  const std::string expected = ExpectedValue(flag);
  const bool is_empty = std::find(values.begin(), values.end(), "") != values.end();
  return fmt::format("{} {}{}", flag.get_name(),
                     is_empty ? "''" : Printable(fmt::format("{}", fmt::join(values, " "))),
                     !expected.empty() ? ": expected " + expected
                     : is_empty        ? ": is empty"
                                       : " is no value of it");
}

}  // namespace

std::vector<std::string> CommandNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

std::string WhatIsWrong(const CLI::App& app, const CLI::App& command,
                        const CLI::ParseError& error) {
  if (const std::vector<std::string> extras = app.remaining(/*recurse=*/true); !extras.empty())
    return Unexpected(command, extras.front());
  const std::string kind = error.get_name();
  std::string text = error.what();
  const std::vector<std::string> commands = CommandNames(command);
  if (kind == "RequiredError" && !commands.empty())
    return fmt::format("a command is required: {}", fmt::join(commands, ", "));
  const CLI::Option* const flag = FlagIn(text, command);
  if (flag == nullptr) return text;
  if (kind == "ValidationError" || kind == "ConversionError") return WrongValue(*flag);
  if (kind == "ArgumentMismatch")
    return fmt::format("{} {}", flag->get_name(),
                       text.ends_with("missing")    ? "needs a value"
                       : text.ends_with("override") ? "takes no value"
                                                    : "is given more than once");
  if (kind == "ExcludesError") return text + ": give one of them";
  return text;
}

}  // namespace gradcut
