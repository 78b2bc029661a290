#pragma once

#include "gradcut/core/feature_map.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A linear model of one image's own features: which cells look like the salient ones. Weighted
/// ridge regression (Hoerl and Kennard 1970) from the cells' activations, centred over the image
/// and scaled to unit length, to +1 where `saliency` is clearly above its own threshold (Otsu 1979)
/// and -1 where it is clearly below. Cells near the threshold count little; both sides weigh alike.
///
/// `saliency` (`CV_32FC1`, [0, 1]) has one value a cell. `strength` > 0 is the ridge's penalty.
/// `border` >= 0: how much a cell at the image's edge counts as background whatever its saliency.
/// Returns the probability of each cell to belong to the object, `CV_32FC1` in (0, 1). Throws
/// `std::invalid_argument` if the sizes differ, there are no features or a number is out of range.
cv::Mat FeatureProbability(const FeatureMap& features, const cv::Mat& saliency, double strength,
                           double border);

}  // namespace gradcut
