#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// Adds `--hints`, which may be given again and again. `images` says what a folder's PNGs hold.
void AddHintsFlag(CLI::App& command, std::vector<std::filesystem::path>& hints,
                  const std::string& images);

}  // namespace gradcut
