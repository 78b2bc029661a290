#pragma once

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradcut {

/// Adds the flag `--KEY` of an option (some have a short name too, such as `--method`), with
/// its help, what is allowed, and its present value as the default. `assign` gets what the user
/// writes.
CLI::Option* AddOptionFlag(CLI::App& command, const Option& option,
                           const std::function<void(const std::string&)>& assign);

/// What is asked for most has a flag without its stage's name besides: the flags and their options'
/// keys.
std::span<const std::pair<std::string_view, std::string_view>> ShortFlags();

/// What is wrong with an option, "KEY = VALUE, must be ...", in front of it the flag that people
/// give it by.
std::string BlameFlag(const std::string& key, const std::string& message);

/// The group of flags that few users need: `--help` leaves it out, as it does those of stages.
inline constexpr char kMoreFlags[] = "More flags";

/// Puts flags of the command that it would leave out into `--help`.
void ShowInHelp(CLI::App& command, const std::vector<std::string>& flags);

/// Tells help and completions which words the flag's value is made of.
CLI::Option* WithChoices(CLI::Option* flag, const std::vector<std::string>& choices);

/// Numbers from `first` to `last`. CLI::Range takes nan too, since it is beyond neither.
CLI::Validator RealRange(double first, double last);

/// Adds `--seed`. Throws `UsageError` for anything but a whole number from 0 to 2^64 - 1.
CLI::Option* AddSeedFlag(CLI::App& command, const std::function<void(std::uint64_t)>& assign,
                         const std::string& help);

/// Adds a flag whose value is one of the names in a table; `value` holds the default.
template <class Value>
CLI::Option* AddChoice(CLI::App& command, const std::string& flag, Value& value,
                       const std::vector<std::pair<std::string, Value>>& table,
                       const std::string& help) {
  std::vector<std::string> names;
  std::string fallback;
  for (const auto& [name, meaning] : table) {
    names.push_back(name);
    if (meaning == value) fallback = name;
  }
  const auto assign = [flag, table, names, &value](const std::string& text) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return entry.first == text; });
    if (found == table.end())
      throw UsageError(fmt::format("{} {}: expected {}", flag, text, fmt::join(names, ", ")));
    value = found->second;
  };
  return WithChoices(
      command.add_option_function<std::string>(
          flag, assign, fmt::format("{}: {} (default {})", help, fmt::join(names, ", "), fallback)),
      names);
}

}  // namespace gradcut
