#include "cli/stage_flags.h"

#include "cli/option_flag.h"
#include "gradcut/core/error.h"
#include "gradcut/io/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace gradcut {
namespace {

// What a value of a TOML or JSON file must be to become an option.
bool Fits(Option::Kind kind, const nlohmann::json& value) {
  switch (kind) {
    case Option::Kind::kNumber:
      return value.is_number();
    case Option::Kind::kInteger:
      return value.is_number_integer();
    case Option::Kind::kBoolean:
      return value.is_boolean();
    case Option::Kind::kChoice:
      return value.is_string() || value.is_number_integer();
    case Option::Kind::kText:
      return value.is_string();
    case Option::Kind::kIntegers:
    case Option::Kind::kNames:
      return value.is_string() || value.is_number_integer() || value.is_array();
  }
  return false;
}

nlohmann::json OptionToJson(const Option& option) {
  const std::string text = option.get();
  if (option.kind == Option::Kind::kChoice || option.kind == Option::Kind::kText) return text;
  if (option.kind == Option::Kind::kIntegers) return nlohmann::json::parse("[" + text + "]");
  if (option.kind != Option::Kind::kNames) return nlohmann::json::parse(text);
  nlohmann::json names = nlohmann::json::array();
  std::istringstream words(text);
  for (std::string name; std::getline(words, name, ',');) names.push_back(name);
  return names;
}

// What is asked for most has a flag without its stage's name.
constexpr std::pair<const char*, const char*> kShortFlags[] = {
    {"--keep-largest", "mask.keep_largest"}, {"--fill-holes", "mask.fill_holes"},
    {"--min-area", "mask.min_area"},         {"--colour-map", "render.colour_map"},
    {"--feather", "render.feather"},         {"--background", "render.background"},
};

}  // namespace

void AddStageFlags(CLI::App& command, const OptionList& list, StageTexts& texts,
                   const OptionUse& uses) {
  for (const Option& option : list.options()) {
    if (!uses(option.key)) continue;
    const auto keep = [&texts, key = option.key](const std::string& text) { texts[key] = text; };
    AddOptionFlag(command, option, keep)
        ->group(fmt::format("Stage {}", option.key.substr(0, option.key.find('.'))));
  }
}

void AddShortFlags(CLI::App& command, const OptionList& list, StageTexts& texts,
                   const OptionUse& uses) {
  for (const auto& [flag, key] : kShortFlags) {
    const Option* const option = list.Find(key);
    if (option == nullptr || !uses(key)) continue;
    const std::string help = fmt::format("{} (short for --{})", option->help, key);
    std::string& value = texts[key];
    if (option->kind == Option::Kind::kBoolean)
      command.add_flag_function(
          flag, [&value](std::int64_t) { value = "true"; }, help);
    else
      command
          .add_option(flag, value,
                      fmt::format("{}; {} (default {})", help, option->constraint, option->get()))
          ->option_text("VALUE");
  }
}

StageTexts StageOptions(const StageTexts& stage_options, const StageTexts& short_options) {
  StageTexts options = stage_options;
  for (const auto& [flag, key] : kShortFlags) {
    const auto given = short_options.find(key);
    if (given == short_options.end() || given->second.empty()) continue;
    Require(options.emplace(key, given->second).second, "{} and --{} are the same: give one", flag,
            key);
  }
  return options;
}

void AddConfigFlag(CLI::App& command, std::string& config) {
  command
      .add_option("--config", config,
                  "TOML file of options, or the run.json of an earlier run; flags go before it")
      ->option_text("FILE");
}

nlohmann::json ReadConfig(const std::string& path) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;
  const std::string text = ReadText(path, kMaxBytes);
  try {
    if (path.ends_with(".json")) {
      const nlohmann::json run = nlohmann::json::parse(text);
      return run.contains("recipe") ? run.at("recipe") : run;
    }
    std::ostringstream json;
    json << toml::json_formatter(toml::parse(text, path));
    return nlohmann::json::parse(json.str());
  } catch (const toml::parse_error& error) {
    Fail("{}:{}: {}", Printable(path), error.source().begin.line, Printable(error.description()));
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: not valid JSON: {}", Printable(path), Printable(error.what()));
  }
}

std::string ValueText(const nlohmann::json& value) {
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
  std::vector<std::string> elements;
  for (const nlohmann::json& element : value) elements.push_back(ValueText(element));
  return fmt::format("{}", fmt::join(elements, ","));
}

void ReadStage(const std::string& stage, const nlohmann::json& table, const OptionList& list,
               StageTexts& texts) {
  for (const auto& [field, value] : table.items()) {
    const std::string key = stage + "." + field;
    const std::string text = ValueText(value);
    const Option* const option = list.Find(key);
    Require(option == nullptr || Fits(option->kind, value), "{} = {}, must be {}", key,
            value.dump(), option == nullptr ? "" : option->constraint);
    SetOption(list, key, text);
    texts[key] = text;
  }
}

void SetStages(const StageTexts& texts, const OptionList& list) {
  for (const auto& [key, text] : texts) {
    try {
      SetOption(list, key, text);
    } catch (const Error& error) {
      const auto named = std::find_if(std::begin(kShortFlags), std::end(kShortFlags),
                                      [&](const auto& names) { return key == names.second; });
      throw UsageError(named == std::end(kShortFlags)
                           ? BlameFlag(key, error.what())
                           : fmt::format("{}: {}", named->first, error.what()));
    }
  }
}

nlohmann::json StagesToJson(const OptionList& list) {
  nlohmann::json json;
  for (const Option& option : list.options()) {
    const std::size_t dot = option.key.find('.');
    json[option.key.substr(0, dot)][option.key.substr(dot + 1)] = OptionToJson(option);
  }
  return json;
}

}  // namespace gradcut
