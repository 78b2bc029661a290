#pragma once

#include "gradcut/core/options.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/hint_evidence.h"
#include "gradcut/priors/location.h"
#include "gradcut/priors/seeds.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/segment/mask_parts.h"

#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The options of every stage between an image and its mask.
struct SegmenterOptions {
  SaliencyOptions saliency;
  LocationOptions location;
  SeedOptions seeds;
  ColourOptions colour;
  GraphcutOptions graphcut;
  MaskOptions mask;
  HintOptions hints;
  /// The whole prior is found again at each of these longer sides of the network's input, pixels,
  /// and the mean over all looks counts.
  std::vector<int> more_scales = {};
  /// A larger image is cut at this size and its mask scaled up; 10^6 pixels.
  double max_megapixels = 2;
  /// Colour models and cuts, alternating: after the first, colours are those of the last cut's
  /// sides (Rother et al. 2004).
  int rounds = 1;
  /// Looks a second time, at the surroundings of the first mask alone: small objects are then seen
  /// larger. The prior there is the mean of both looks.
  bool second_look = false;
  /// Finds the confidence, which takes one more cut. Changes no mask, and is no option of a recipe.
  bool rate = true;
};

void Describe(SegmenterOptions& options, OptionList& list);

/// Throws `Error` for options that are out of range or contradict each other.
void CheckSegmenterOptions(const SegmenterOptions& options);

/// Whether what `Segmenter::Locate` finds depends on the option of that key.
bool DecidesLocation(std::string_view key);

/// The names of the presets, the default one first.
std::vector<std::string> PresetNames();

/// The options of a preset. Throws `Error` for an unknown name.
///
/// `classic`: the textbook recipe. One vanilla gradient of the best class's score before the
/// softmax, largest absolute value over RGB (Simonyan et al. 2013); the hottest 5 % are object, the
/// coldest 30 % background; colour models from these seeds and one minimum cut (Boykov and Jolly
/// 2001).
/// `fast`: the gradient of the five best classes by the last stride-16 activations, at 320 pixels;
/// a prior out of heat map, the image's own feature model and the objectness head; colour models
/// and cuts in three rounds on a small copy of the image.
/// `best`: the same at 320 and 448 pixels, with a second look at the object, cut at a larger size.
SegmenterOptions PresetOptions(const std::string& preset);

}  // namespace gradcut
