#pragma once

#include "gradcut/dataset/truth.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// Adds `--suffix`.
void AddSuffixFlag(CLI::App& command, std::vector<std::string>& name_ends);

/// Adds `--split` and `--list`: which images count.
void AddListFlags(CLI::App& command, std::string& split, std::filesystem::path& list);

/// Adds `--split`, `--list` and `--suffix`: which files belong together.
void AddPairingFlags(CLI::App& command, PairingOptions& pairing);

/// Adds `--mask-values`, `--ignore` and `--background`: what values in masks mean.
void AddTruthFlags(CLI::App& command, MaskReading& reading);

}  // namespace gradcut
