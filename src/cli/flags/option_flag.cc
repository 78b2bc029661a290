#include "cli/flags/option_flag.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cmath>
#include <map>

namespace gradcut {
namespace {

// Options that people ask for by a short name.
const std::map<std::string, std::string> kShortNames = {{"saliency.method", "--method"},
                                                        {"saliency.layer", "--layer"},
                                                        {"saliency.scales", "--scales"},
                                                        {"saliency.score", "--score"},
                                                        {"saliency.memory", "--memory"}};

// Flags of their own that set an option.
constexpr std::pair<std::string_view, std::string_view> kShortFlags[] = {
    {"--keep-largest", "mask.keep_largest"}, {"--fill-holes", "mask.fill_holes"},
    {"--min-area", "mask.min_area"},         {"--colour-map", "render.colour_map"},
    {"--feather", "render.feather"},         {"--matte", "render.matte"},
    {"--background", "render.background"},   {"--crop", "render.crop"},
    {"--format", "render.format"},           {"--quality", "render.quality"},
};

// "--KEY", with the short name in front of it.
std::string FlagNames(const std::string& key) {
  const auto name = kShortNames.find(key);
  return name == kShortNames.end() ? "--" + key : name->second + ",--" + key;
}

}  // namespace

CLI::Option* AddOptionFlag(CLI::App& command, const Option& option,
                           const std::function<void(const std::string&)>& assign) {
  CLI::Option* const flag = command.add_option_function<std::string>(
      FlagNames(option.key), assign,
      fmt::format("{}; {} (default {})", option.help, option.constraint,
                  option.get().empty() ? "empty" : option.get()));
  return WithChoices(flag, option.choices)->option_text("VALUE");
}

void ShowInHelp(CLI::App& command, const std::vector<std::string>& flags) {
  for (const std::string& flag : flags) command.get_option(flag)->group("Options");
}

CLI::Option* WithChoices(CLI::Option* flag, const std::vector<std::string>& choices) {
  if (!choices.empty()) flag->type_name(fmt::format("{}", fmt::join(choices, "|")));
  return flag;
}

std::span<const std::pair<std::string_view, std::string_view>> ShortFlags() { return kShortFlags; }

std::string BlameFlag(const std::string& key, const std::string& message) {
  for (const auto& [flag, option] : kShortFlags)
    if (option == key) return fmt::format("{} or --{}", flag, message);
  const auto name = kShortNames.find(key);
  return name == kShortNames.end() ? "--" + message : name->second + ": " + message;
}

CLI::Validator RealRange(double first, double last) {
  CLI::Validator range = CLI::Range(first, last);
  const auto in_range = [range, first](std::string& text) {
    double value = first;
    CLI::detail::lexical_cast(text, value);
    return std::isnan(value) ? "is not in range" : range(text);
  };
  return {in_range, range.get_description()};
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
