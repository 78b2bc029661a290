#pragma once

#include "gradcut/core/options.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/saliency/saliency.h"

#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The options of every stage between an image and its mask.
struct SegmenterOptions : CutOptions {
  SaliencyOptions saliency = {};
  /// The whole prior is found again at each of these longer sides of the network's input, pixels,
  /// and the mean over all looks counts.
  std::vector<int> more_scales = {};
  /// Looks a second time, at the surroundings of the first mask alone: small objects are then seen
  /// larger. The prior there is the mean of both looks.
  bool second_look = false;
};

void Describe(SegmenterOptions& options, OptionList& list);

/// Throws `Error` for options that are out of range or contradict each other.
void CheckSegmenterOptions(const SegmenterOptions& options);

/// Whether what `Segmenter::Locate` finds depends on the option of that key.
bool DecidesHeatMap(std::string_view key);

/// Whether the location prior may depend on the option of that key: with a second look, which goes
/// to a first mask, on nearly all.
bool DecidesLocation(std::string_view key, const SegmenterOptions& options);

/// The options of a preset out of `PresetNames`. Throws `Error` for an unknown name.
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
