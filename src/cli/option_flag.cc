#include "cli/option_flag.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace gradcut {
namespace {

// Options that people ask for by a short name.
const std::map<std::string, std::string> kShortNames = {{"saliency.method", "--method"},
                                                        {"saliency.layer", "--layer"},
                                                        {"saliency.scales", "--scales"},
                                                        {"saliency.score", "--score"},
                                                        {"saliency.memory", "--memory"}};

// "--KEY", with the short name in front of it.
std::string FlagNames(const std::string& key) {
  const auto name = kShortNames.find(key);
  return name == kShortNames.end() ? "--" + key : name->second + ",--" + key;
}

}  // namespace

CLI::Option* AddOptionFlag(CLI::App& command, const Option& option,
                           const std::function<void(const std::string&)>& assign) {
  return command
      .add_option_function<std::string>(
          FlagNames(option.key), assign,
          fmt::format("{}; {} (default {})", option.help, option.constraint,
                      option.get().empty() ? "empty" : option.get()))
      ->option_text("VALUE");
}

std::string BlameFlag(const std::string& key, const std::string& message) {
  const auto name = kShortNames.find(key);
  return name == kShortNames.end() ? "--" + message : name->second + ": " + message;
}

CLI::Option* AddSeedFlag(CLI::App& command, const std::function<void(std::uint64_t)>& assign,
                         const std::string& help) {
  // CLI11 would take -1 for 2^64 - 1.
  const auto parse = [assign](const std::string& text) {
    std::uint64_t seed = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, seed);
    if (error != std::errc() || end != last)
      throw UsageError(fmt::format("--seed {}: expected a whole number from 0 to 2^64 - 1", text));
    assign(seed);
  };
  return command.add_option_function<std::string>("--seed", parse, help)->option_text("S");
}

}  // namespace gradcut
