#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace gradcut {

/// The command line that makes the results of a run again in another folder, from anywhere. `run`,
/// an object, is what `file`, its run.json, holds.
std::string RepeatCommand(const nlohmann::json& run, const std::filesystem::path& file);

}  // namespace gradcut
