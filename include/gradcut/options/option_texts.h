#pragma once

#include "gradcut/core/options.h"

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

// Options from and to files. A key is "stage.field"; files have a table (TOML) or an object (JSON)
// a stage.

/// Values of options as text, by key: only those given.
using OptionTexts = std::map<std::string, std::string>;

/// A recipe, as run.json has it, with its names of files, which count from `folder`, as they are
/// from anywhere. What is no file there stays as it is.
nlohmann::json NamedFrom(const std::filesystem::path& folder, nlohmann::json recipe);

/// Calls `read(key, value)` for each entry of a TOML file of options, or of the recipe of a
/// run.json (any file whose name ends in .json). Relative names of files in a run.json count from
/// where the run was started, if they are there. Throws `Error` "PATH: cause", also for what `read`
/// throws.
void ReadOptionFile(
    const std::filesystem::path& path,
    const std::function<void(const std::string& key, const nlohmann::json& value)>& read);

/// A value of JSON as an option's text.
std::string ValueText(const nlohmann::json& value);

/// Adds the options of one stage, a table out of such a file, to `texts`. Throws `Error` naming key
/// and value; `list` is changed on the way.
void ReadStage(const std::string& stage, const nlohmann::json& table, const OptionList& list,
               OptionTexts& texts);

/// Assigns the values. Throws `OptionError`.
void SetOptions(const OptionTexts& texts, const OptionList& list);

/// One object a stage.
nlohmann::json OptionsToJson(const OptionList& list);

}  // namespace gradcut
