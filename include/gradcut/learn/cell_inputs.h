#pragma once

#include "gradcut/core/feature_map.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// What a linear model sees of each cell: its activations, then their mean over the 3 x 3 cells
/// around it (those inside the image). `CV_32FC1`, cells x (2 * channels).
cv::Mat CellInputs(const FeatureMap& features);

}  // namespace gradcut
