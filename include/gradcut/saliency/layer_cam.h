#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// LayerCAM (Jiang et al. 2021, "LayerCAM: Exploring Hierarchical Class Activation Maps", eq. 6-7):
/// ReLU(sum_k ReLU(g) A_k) with g = dS/dA_k at the same cell. Works on early layers too.
/// `CV_32FC1`, h x w, >= 0.
cv::Mat LayerCam(const ScoredImage& image, const std::string& layer,
                 MapSign sign = MapSign::kPositive);

}  // namespace gradcut
