#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// HiResCAM (Draelos and Carin 2020, "Use HiResCAM instead of Grad-CAM", eq. 4): ReLU(sum_k g A_k)
/// with g = dS/dA_k at the same cell. `CV_32FC1`, h x w, >= 0.
cv::Mat HiResCam(const ScoredImage& image, const std::string& layer,
                 MapSign sign = MapSign::kPositive);

}  // namespace gradcut
