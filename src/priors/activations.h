#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

// Activations (CV_32FC1, one row a cell) centred over the cells, each cell scaled to unit length.
cv::Mat Directions(const cv::Mat& values);

// The cosine of each of the `directions` with the one of them in a row; CV_32FC1, one a cell.
cv::Mat Cosines(const cv::Mat& directions, int row);

// x^T diag(weights) x, all CV_32FC1; one weight, not negative, a row of x.
cv::Mat WeightedGram(const cv::Mat& x, const cv::Mat& weights);

// x a, one row a cell, where a solves `normal` a = x^T `right`; `normal` is symmetric and positive
// definite, or the answers are 0. All CV_32FC1.
cv::Mat Answers(const cv::Mat& x, const cv::Mat& normal, const cv::Mat& right);

}  // namespace gradcut
