#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// The folders in which weights are looked up by name, in this order: `$GRADCUT_MODELS`; `models`
/// and `share/gradcut/models` beside and above the program; and `share/gradcut/models` of the tree
/// in whose `lib/gradcut` LibTorch lies: a program that links an installed gradcut finds its
/// weights, wherever the tree was moved to.
std::vector<std::filesystem::path> ModelFolders();

/// The file in the first of the folders that has one for weights of that name, if there is one.
std::optional<std::filesystem::path> FindWeights(
    const std::string& name, const std::vector<std::filesystem::path>& folders = ModelFolders());

}  // namespace gradcut
