#pragma once

#include "model/network.h"

#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// What a TorchScript program does not say about itself. Read from a TOML file of the program's
/// name with the ending .toml:
///
///     input = 224                        # side of the square input, pixels
///     mean = [0.485, 0.456, 0.406]       # of red, green, blue in 0-1; subtracted
///     std = [0.229, 0.224, 0.225]        # then divided by this
///     classes = ["cat", "dog"]           # names in the order of the scores; without it ImageNet's
///     layers = ["features"]              # names of what `forward` returns behind the scores
struct TorchScriptSettings {
  InputNormalisation normalisation = {};
  int input_size = 0;
  std::vector<std::string> classes;
  std::vector<std::string> layers;
};

/// Throws `Error` naming the file, the key, what was expected and what was found.
TorchScriptSettings ReadTorchScriptSettings(const std::filesystem::path& path);

}  // namespace gradcut
