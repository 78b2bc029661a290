#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// XGrad-CAM (Fu et al. 2020, "Axiom-based Grad-CAM", eq. 8): ReLU(sum_k w_k A_k) with
/// w_k = sum_ij g_ij A_k(i, j) / sum_ij A_k(i, j), g = dS/dA_k; 0 for a channel that sums up to 0.
/// `CV_32FC1`, h x w, >= 0.
cv::Mat XGradCam(const ScoredImage& image, const std::string& layer,
                 MapSign sign = MapSign::kPositive);

}  // namespace gradcut
