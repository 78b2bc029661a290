#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace gradcut {

/// exp(s_c) / sum_k exp(s_k) at each pixel, of one map a class (`CV_32FC1`, of one size; at least
/// one).
std::vector<cv::Mat> Softmax(std::span<const cv::Mat> scores);

/// s_c - log sum_k exp(s_k) likewise.
std::vector<cv::Mat> LogSoftmax(std::span<const cv::Mat> scores);

}  // namespace gradcut
