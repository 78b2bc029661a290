#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/core/saliency.h"
#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/segmentation.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Cuts an image (RGB `CV_8UC3`) by a heat map that anything may have made: what `Segmenter` does
/// after it has looked. Of `seen` the heat map counts (`CV_32FC1` in [0, 1]; another size than the
/// image's is stretched over it) and the features, which may be empty; classes and the note go into
/// the result. The objectness term is left out. With boxes, the maps are looked at around each.
///
/// Throws `Error` like `CheckCutOptions` and `CheckedHints`, and for heat outside [0, 1] or
/// features that are no map of cells; `std::invalid_argument` for types and values that are no
/// numbers.
Segmentation CutByHeatMap(const cv::Mat& image, const Saliency& seen, const CutOptions& options,
                          const Hints& hints = {});

}  // namespace gradcut
