#pragma once

#include <opencv2/core.hpp>

namespace gradcut {

/// An RGB image (`CV_8UC3`, or `CV_32FC3` in [0, 1]) in CIE Lab, of the same type. Any number of
/// threads may call it.
cv::Mat LabOf(const cv::Mat& image);

}  // namespace gradcut
