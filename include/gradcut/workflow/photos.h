#pragma once

#include "gradcut/recipe/recipe.h"
#include "gradcut/run/batch.h"

#include <filesystem>
#include <vector>

namespace gradcut {

/// What is made of photos with the segmenter of a recipe.
struct PhotoOptions {
  BatchOptions batch = {};
  Recipe recipe = Recipe::Preset("fast");
  std::vector<OutputKind> save =
      {};  ///< The kinds of files to write; none: the first that there is.
  /// Files and folders of hints, see `HintFiles`. Photos that they say nothing of are treated as
  /// without.
  std::vector<std::filesystem::path> hints = {};
  std::filesystem::path truth =
      {};  ///< Folder, file or VOC devkit with ground truth; may be empty.
};

}  // namespace gradcut
