#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Score-CAM (Wang et al. 2020, "Score-CAM: Score-Weighted Visual Explanations", eq. 3-6):
/// ReLU(sum_k w_k A_k) with w the softmax over the channels k of S(x * H_k), where H_k is A_k grown
/// to the input's size and scaled to [0, 1]. One forward pass a channel that is not the same
/// everywhere: seconds an image. `CV_32FC1`, h x w, >= 0.
cv::Mat ScoreCam(const ScoredImage& image, const std::string& layer,
                 MapSign sign = MapSign::kPositive);

}  // namespace gradcut
