#pragma once

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "gradcut/options/option_texts.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>

namespace gradcut {

/// Whether what a command makes depends on the option of that key.
using OptionUse = std::function<bool(std::string_view key)>;
inline bool UsesAll(std::string_view) { return true; }

/// Adds a flag for each option that is used, with its present value as the default.
void AddStageFlags(CLI::App& command, const OptionList& list, OptionTexts& texts,
                   const OptionUse& uses = UsesAll);

/// Adds flags without their stage's name, such as `--feather`, for those of the options that have
/// one; `texts` then has their keys, with "" for those not given.
void AddShortFlags(CLI::App& command, const OptionList& list, OptionTexts& texts,
                   const OptionUse& uses = UsesAll);

/// The options given by either name. Throws `Error` for one that is given by both.
OptionTexts BothNames(const OptionTexts& stage_options, const OptionTexts& short_options);

/// Adds `--config`.
void AddConfigFlag(CLI::App& command, std::string& config);

/// Adds what such a file says of a command whose options are stages alone, unless it is given
/// already: flags go before it. An empty path is none. Throws `Error`.
void AddStagesOf(const std::string& config, const OptionList& list, OptionTexts& texts);

/// The flags of a command whose options are stages alone.
struct StagesGiven {
  std::string config;
  OptionTexts stages;
  OptionTexts short_options;
};

/// Adds `--config`, and both names of all options.
void AddStages(CLI::App& command, const OptionList& list, StagesGiven& given);

/// What was given makes of settings whose options `describe(settings, list)` names. Throws
/// `UsageError`.
template <class Settings, class Describing>
Settings SettingsOf(const StagesGiven& given, const Describing& describe) {
  return AsUsage("", [&] {
    Settings settings, scratch;
    OptionList list, scratch_list;
    describe(settings, list);
    describe(scratch, scratch_list);
    OptionTexts texts = BothNames(given.stages, given.short_options);
    AddStagesOf(given.config, scratch_list, texts);
    SetOptions(texts, list);
    return settings;
  });
}

}  // namespace gradcut
