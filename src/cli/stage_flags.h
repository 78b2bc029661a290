#pragma once

#include "gradcut/core/options.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gradcut {

/// Values of stage options as the user wrote them, by key: only those given.
using StageTexts = std::map<std::string, std::string>;

/// Whether what a command makes depends on the option of that key.
using OptionUse = std::function<bool(std::string_view key)>;
inline bool UsesAll(std::string_view) { return true; }

/// Adds a flag for each option that is used, with its present value as the default.
void AddStageFlags(CLI::App& command, const OptionList& list, StageTexts& texts,
                   const OptionUse& uses = UsesAll);

/// Adds flags without their stage's name, such as `--feather`, for those of the options that have
/// one; `texts` then has their keys, with "" for those not given.
void AddShortFlags(CLI::App& command, const OptionList& list, StageTexts& texts,
                   const OptionUse& uses = UsesAll);

/// The options given by either name. Throws `Error` for one that is given by both.
StageTexts StageOptions(const StageTexts& stage_options, const StageTexts& short_options);

/// Adds `--config`.
void AddConfigFlag(CLI::App& command, std::string& config);

/// The `--config` file, TOML or the recipe of a run.json, as JSON. Throws `Error` "PATH: cause".
nlohmann::json ReadConfig(const std::string& path);

/// A value of JSON as an option's text.
std::string ValueText(const nlohmann::json& value);

/// Adds the options of one stage, a table out of a config file, to `texts`. Throws `Error` naming
/// key and value; `list` is changed on the way.
void ReadStage(const std::string& stage, const nlohmann::json& table, const OptionList& list,
               StageTexts& texts);

/// Assigns the values. Throws `UsageError` naming the flag.
void SetStages(const StageTexts& texts, const OptionList& list);

/// One object a stage.
nlohmann::json StagesToJson(const OptionList& list);

}  // namespace gradcut
