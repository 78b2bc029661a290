#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

// Activations (CV_32FC1, one row a cell) centred over the cells, each cell scaled to unit length.
cv::Mat Directions(const cv::Mat& values);

// x^T diag(weights) x, all CV_32FC1; one weight, not negative, a row of x.
cv::Mat WeightedGram(const cv::Mat& x, const cv::Mat& weights);

}  // namespace gradcut
