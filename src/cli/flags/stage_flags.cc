#include "cli/flags/stage_flags.h"

#include "cli/flags/option_flag.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/json.h"

#include <fmt/format.h>

namespace gradcut {

void AddStageFlags(CLI::App& command, const OptionList& list, OptionTexts& texts,
                   const OptionUse& uses) {
  for (const Option& option : list.options()) {
    if (!uses(option.key)) continue;
    const auto keep = [&texts, key = option.key](const std::string& text) { texts[key] = text; };
    AddOptionFlag(command, option, keep)
        ->group(fmt::format("Stage {}", option.key.substr(0, option.key.find('.'))));
  }
}

void AddShortFlags(CLI::App& command, const OptionList& list, OptionTexts& texts,
                   const OptionUse& uses) {
  for (const auto& [flag, key] : ShortFlags()) {
    const Option* const option = list.Find(key);
    if (option == nullptr || !uses(key)) continue;
    const std::string help = fmt::format("{} (short for --{})", option->help, key);
    std::string& value = texts[std::string(key)];
    if (option->kind == Option::Kind::kBoolean)
      command.add_flag_function(
          std::string(flag), [&value](std::int64_t) { value = "true"; }, help);
    else
      WithChoices(command.add_option(
                      std::string(flag), value,
                      fmt::format("{}; {} (default {})", help, option->constraint, option->get())),
                  option->choices)
          ->option_text("VALUE");
  }
}

OptionTexts BothNames(const OptionTexts& stage_options, const OptionTexts& short_options) {
  OptionTexts options = stage_options;
  for (const auto& [flag, key] : ShortFlags()) {
    const auto given = short_options.find(std::string(key));
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

void AddStages(CLI::App& command, const OptionList& list, StagesGiven& given) {
  AddConfigFlag(command, given.config);
  AddStageFlags(command, list, given.stages);
  AddShortFlags(command, list, given.short_options);
}

void AddStagesOf(const std::string& config, const OptionList& list, OptionTexts& texts) {
  if (config.empty()) return;
  OptionTexts given;
  ReadOptionFile(config, [&](const std::string& stage, const nlohmann::json& table) {
    Require(table.is_object(), "unknown key '{}' = {}, expected a table of stage options", stage,
            JsonText(table));
    ReadStage(stage, table, list, given);
  });
  texts.insert(given.begin(), given.end());
}

}  // namespace gradcut
