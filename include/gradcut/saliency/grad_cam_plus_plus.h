#pragma once

#include "gradcut/saliency/map_sign.h"
#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// Grad-CAM++ (Chattopadhay et al. 2018, "Grad-CAM++: Generalized Gradient-Based Visual
/// Explanations", eq. 10 and 19, for a score that goes through an exponential): ReLU(sum_k w_k A_k)
/// with w_k = sum_ij alpha_ij ReLU(g_ij), alpha = g^2 / (2 g^2 + g^3 sum A_k + 1e-6) and
/// g = dS/dA_k(i, j). `CV_32FC1`, h x w, >= 0.
cv::Mat GradCamPlusPlus(const ScoredImage& image, const std::string& layer,
                        MapSign sign = MapSign::kPositive);

}  // namespace gradcut
