#pragma once

#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// The length over the channels k of the gradient with respect to a layer's activations, |dS/dA(i,
/// j)| at each cell: what Simonyan et al. 2013 do to pixels, done to parts. `CV_32FC1`, h x w, >=
/// 0.
cv::Mat HiddenGradient(const ScoredImage& image, const std::string& layer);

}  // namespace gradcut
