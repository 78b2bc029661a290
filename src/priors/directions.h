#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

// Activations (CV_32FC1, one row a cell) centred over the cells, each cell scaled to unit length.
cv::Mat Directions(const cv::Mat& values);

}  // namespace gradcut
