#pragma once

#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

struct OcclusionOptions {
  int window = 32;  ///< Side of the square that hides a part, pixels of the network's input.
  int step = 16;    ///< From one place of the square to the next, pixels; at most `window`.
};

/// Occlusion (Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks",
/// section 4.2): how much the score falls, S(x) - S(x with a square in the classifier's mean
/// colour), averaged over the squares that hide a pixel. Squares stand at every `step` pixels from
/// the top left; the last ones end at the border. `CV_32FC1`, of the view's size; negative where
/// hiding helps the class.
cv::Mat Occlusion(const ScoredImage& image, const OcclusionOptions& options = {});

}  // namespace gradcut
