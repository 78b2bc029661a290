#pragma once

#include "gradcut/metrics/heat_pixels.h"

namespace gradcut {

/// Weighted F-measure, beta = 1 (Margolin et al. 2014); 0 where the truth has no object. `nearest`
/// is `pixels.NearestObject()`.
double WeightedFMeasure(const HeatPixels& pixels, const cv::Mat& nearest);

}  // namespace gradcut
