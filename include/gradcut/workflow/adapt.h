#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/image/image_io.h"
#include "gradcut/objectness/learn_objectness.h"
#include "gradcut/recipe/recipe.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

struct AdaptOptions {
  std::vector<std::string> inputs = {};  ///< As in `BatchOptions`, but for "-".
  std::filesystem::path output = {};     ///< The head, a .safetensors file.
  Recipe recipe = Recipe::Preset("fast");
  /// The first round's masks, where they are not the recipe's own: those that a run (`RunMask`)
  /// left in that folder for the same inputs, with the confidences of its manifest. Those that a
  /// person has corrected or accepted (see `Editor`) are trusted before all others and stay in all
  /// rounds; photos whose mask a person has rejected are left out.
  std::filesystem::path masks = {};
  /// Masks and head, alternating. 0: three if the recipe begins without head and masks, else one.
  int rounds = 0;
  ObjectnessOptions learning = {};
  ImageReadOptions read = {};
};

/// How learning ended.
struct AdaptSummary {
  std::size_t photos = 0;        ///< That were found.
  std::size_t failed = 0;        ///< Of these; they taught nothing.
  std::size_t not_searched = 0;  ///< Input folders.
  bool interrupted = false;      ///< A stop was requested: there is no head yet.
};

/// Learns an objectness head from the recipe's own masks of the photos: in each round every photo
/// is cut with the head so far (the recipe's in the first, maybe none; or its mask is there
/// already), and the next head is learned from the most confident of those masks; see
/// `LearnObjectness`. Logs how much the masks changed in each round. The same inputs give the same
/// bytes, whatever `control.jobs`.
///
/// Each finished step is kept in the folder `output`.work until the end, so that an interrupted run
/// goes on where it stopped. Throws `UsageError` for a recipe that gives the head no weight and
/// an output that would replace something else than such a head, or a head that comes with a
/// classifier, and `Error` for files, devices, and a work folder of other photos or options.
AdaptSummary Adapt(const AdaptOptions& options, const RunControl& control = {});

}  // namespace gradcut
