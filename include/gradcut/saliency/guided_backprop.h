#pragma once

#include "gradcut/saliency/gradient.h"

namespace gradcut {

/// Guided backpropagation (Springenberg et al. 2015, "Striving for Simplicity: The All
/// Convolutional Net", section 3.4): the gradient with respect to the input where every ReLU passes
/// back only what is positive, R_i = [f_i > 0] [R_i+1 > 0] R_i+1; a ReLU6 does so where 0 < f_i
/// < 6. Reduced over the colours: `CV_32FC1`, >= 0, of the view's size.
///
/// Throws `Error` for a network whose ReLUs cannot be told apart (a TorchScript program).
cv::Mat GuidedBackprop(const ScoredImage& image, ChannelReduction reduction);

}  // namespace gradcut
