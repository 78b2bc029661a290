#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// Shows commands to paste under a command's help. The tests run them: `photos` and `truth` are the
/// user's folders, and what one example makes a later one of the same command may use.
inline void AddExamples(CLI::App& command, const std::vector<std::string_view>& lines) {
  std::string text = "Examples:";
  for (const std::string_view line : lines) text += "\n  " + std::string(line);
  command.footer(text);
}

}  // namespace gradcut
