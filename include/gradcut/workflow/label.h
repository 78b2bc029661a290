#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/recipe/recipe.h"
#include "gradcut/run/batch.h"
#include "gradcut/workflow/label_dataset.h"
#include "gradcut/workflow/label_exports.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace gradcut {

struct LabelOptions {
  LabelSource dataset = {};
  /// Only `output`, a folder, `shard`, `existing`, `durable` and `read` are looked at: the data
  /// set says which images there are. Of a shard, rounds still learn from all images, unless
  /// another shard has done that in the same folder; lists and exports are left to `Merge`.
  BatchOptions batch = {};
  /// Files and folders of hints, see `HintFiles`. Images with boxes are labelled by these alone.
  std::vector<std::filesystem::path> hints = {};
  Recipe recipe = Recipe::Preset("fast");  ///< Its classes must be none.
  CertaintyOptions certainty = {};
  double min_confidence = 0;  ///< Images with less are left out of train.txt; [0, 1].
  std::vector<LabelExport> exports = {};
  int rounds = 2;                     ///< See `LearnInRounds`.
  std::vector<OutputKind> save = {};  ///< Besides the labels, which are always written.
};

struct LabelSummary {
  BatchSummary batch;
  std::size_t images = 0;   ///< That were to be labelled.
  std::size_t in_list = 0;  ///< Of these, those in train.txt.
};

/// Makes class masks from image-level labels, with the lists and exports that go with them, as
/// `gradcut label` does. Throws `UsageError` for what cannot be, `Error` for files and devices, and
/// like `RunBatch`.
LabelSummary LabelImages(const LabelOptions& options, const RunControl& control = {});

}  // namespace gradcut
