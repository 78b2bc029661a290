#pragma once

#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Class activation map (Zhou et al. 2016, "Learning Deep Features for Discriminative
/// Localization", eq. 2): sum_k w_k A_k with A the last layer's activations and w the head's
/// weights of the classes in the score. `CV_32FC1`, h x w; negative where a cell speaks against
/// them.
///
/// `layer` is the last one. Throws `Error` for a classifier whose head is not a linear map of the
/// mean activations (VGG, TorchScript programs).
cv::Mat ClassActivationMap(const ScoredImage& image, const std::string& layer);

}  // namespace gradcut
