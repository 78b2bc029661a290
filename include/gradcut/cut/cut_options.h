#pragma once

#include "gradcut/core/options.h"
#include "gradcut/cut/mask_parts.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/hint_evidence.h"
#include "gradcut/priors/location.h"
#include "gradcut/priors/seeds.h"

#include <string>
#include <vector>

namespace gradcut {

/// The options of every stage between a heat map and its mask.
struct CutOptions {
  LocationOptions location = {};
  SeedOptions seeds = {};
  ColourOptions colour = {};
  GraphcutOptions graphcut = {};
  MaskOptions mask = {};
  HintOptions hints = {};
  /// A larger image is cut at this size; 10^6 pixels.
  double max_megapixels = 2;
  /// Then it is cut again, in a narrow band around the outline, at twice the size each time, up to
  /// its own size (Lombaert et al. 2005). Without, the mask is scaled up.
  bool outline = true;
  /// Colour models and cuts, alternating: after the first, colours are those of the last cut's
  /// sides (Rother et al. 2004).
  int rounds = 1;
  /// Finds the confidence, which takes one more cut. Changes no mask, and is no option of a recipe.
  bool rate = true;
  /// Makes `Segmentation::heat_map` and `probability` at the image's size, which take 8 bytes a
  /// pixel; else they are of any size, or empty. Changes no mask, and is no option of a recipe.
  bool maps = true;
};

void Describe(CutOptions& options, OptionList& list);

/// Throws `Error` for options that are out of range or contradict each other.
void CheckCutOptions(const CutOptions& options);

/// The names of the presets, the default one first.
std::vector<std::string> PresetNames();

/// What a preset says of these stages; see `PresetOptions`. Throws `Error` for an unknown name.
CutOptions PresetCut(const std::string& preset);

}  // namespace gradcut
