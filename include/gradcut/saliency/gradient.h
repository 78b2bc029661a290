#pragma once

#include "gradcut/saliency/scored_image.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How the three colour channels of a map by pixels become one number a pixel.
enum class ChannelReduction {
  kMaximum,       ///< max_c |a_c| (Simonyan et al. 2013, section 3.1).
  kSumOfSquares,  ///< sum_c a_c^2.
};

/// The gradient of the score by the input, dS/dx_c (Simonyan, Vedaldi and Zisserman 2013, "Deep
/// Inside Convolutional Networks", section 3), reduced over the colours c. `CV_32FC1`, >= 0, of the
/// view's size; not scaled.
cv::Mat InputGradient(const ScoredImage& image, ChannelReduction reduction);

/// x_c dS/dx_c, x being the normalised input (Shrikumar et al. 2016, "Not Just a Black Box",
/// section 3.1; the name is theirs from 2017), reduced likewise.
cv::Mat GradientTimesInput(const ScoredImage& image, ChannelReduction reduction);

}  // namespace gradcut
