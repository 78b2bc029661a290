#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/cut/prior_cut.h"
#include "gradcut/priors/heat_prior.h"
#include "gradcut/render/render.h"
#include "gradcut/run/batch.h"

#include <filesystem>
#include <vector>

namespace gradcut {

/// What the channels of an array of several maps are.
enum class Channels { kBackgroundFirst, kClasses };

/// How heat maps become masks.
struct RefineSettings {
  Channels channels = Channels::kBackgroundFirst;
  HeatPriorOptions prior;
  PriorCutOptions cut;
  RenderOptions render;
};

void Describe(RefineSettings& settings, OptionList& list);

struct RefineOptions {
  BatchOptions batch = {};  ///< Of an input that is a VOC devkit, its photos are taken.
  std::filesystem::path heat_maps = {};  ///< A folder with a map for each image, or one file.
  std::vector<std::filesystem::path> hints = {};  ///< See `HintFiles`.
  RefineSettings settings = {};
  std::vector<OutputKind> save = {OutputKind::kMask};
};

/// Cuts each image by a heat map that something else made, as `gradcut refine` does. Needs no
/// network. Throws `UsageError` for what cannot be, and like `RunBatch`; an image without a map has
/// failed.
BatchSummary RefineMaps(const RefineOptions& options, const RunControl& control = {});

}  // namespace gradcut
