#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/image/image_io.h"
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
  int rounds = 3;
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
/// is cut with the head so far (none in the first), and the next head is learned from those masks.
/// Logs how much the masks changed in each round. The same inputs give the same bytes, whatever
/// `control.jobs`.
///
/// Each finished step is kept in the folder `output`.work until the end, so that an interrupted run
/// goes on where it stopped. Throws `UsageError` for a recipe that gives the head no weight or has
/// one already, and `Error` for files, devices, and a work folder of other photos or options.
AdaptSummary Adapt(const AdaptOptions& options, const RunControl& control = {});

}  // namespace gradcut
