#include "cli/option_flag.h"

#include <fmt/format.h>

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

}  // namespace gradcut
