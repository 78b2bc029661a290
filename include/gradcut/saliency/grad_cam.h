#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Grad-CAM (Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks", eq. 1-2):
/// ReLU(sum_k a_k A_k) with a_k the mean of dS/dA_k over the cells. A are the activations of
/// `layer`, channels x h x w. `CV_32FC1`, h x w, >= 0.
cv::Mat GradCam(const ScoredImage& image, const std::string& layer,
                MapSign sign = MapSign::kPositive);

}  // namespace gradcut
