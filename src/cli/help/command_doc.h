#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// A flag or positional as manual page and completions need it.
struct FlagDoc {
  std::vector<std::string> names;    ///< "-o", "--output"; a positional has one, without dashes.
  std::string value;                 ///< What stands for its value; "" for a flag without one.
  std::string help;                  ///< With range, unit and default.
  std::string group;                 ///< "Options" or "Stage seeds".
  std::vector<std::string> choices;  ///< The values there are, where these are a list of words.
};

/// A command and those below it, as CLI11 knows them.
struct CommandDoc {
  std::vector<std::string> words;  ///< "gradcut", "models", "import".
  std::string help;
  std::vector<FlagDoc> positionals;
  std::vector<FlagDoc> flags;
  std::vector<std::string> examples;
  std::vector<CommandDoc> commands;
};

/// Hidden commands and flags are left out.
CommandDoc DescribeCommand(const CLI::App& app);

}  // namespace gradcut
