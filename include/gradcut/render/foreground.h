#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// The object's own colours, RGB `CV_8UC3`: those of the image (RGB, `CV_8UC3`), and where alpha
/// (`CV_32FC1`, [0, 1]) is between 0 and 1, without what shines through from behind; multi-level
/// estimation (Germer, Uelwer, Conrad and Harmeling 2020, "Fast multi-level foreground
/// estimation").
cv::Mat EstimateForeground(const cv::Mat& image, const cv::Mat& alpha);

}  // namespace gradcut
