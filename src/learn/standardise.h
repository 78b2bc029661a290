#pragma once

#include "gradcut/learn/cell_model.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {

/// Inputs of a regression as its penalty wants them: of mean 0 and deviation 1 over the rows.
struct Standardised {
  cv::Mat mean, deviation;  ///< `CV_32FC1`, 1 x inputs.
  cv::Mat design;  ///< `CV_32FC1`, rows x (inputs + 1); the last column, for the bias, is 1.
};

/// Inputs (`CV_32FC1`) less the mean, divided by the deviation (`CV_32FC1`, 1 x inputs), and a
/// column of ones for the bias: rows x (inputs + 1).
inline cv::Mat DesignOf(const cv::Mat& inputs, const cv::Mat& mean, const cv::Mat& deviation) {
  cv::Mat design(inputs.rows, inputs.cols + 1, CV_32FC1, cv::Scalar(1));
  for (int row = 0; row < inputs.rows; ++row) {  // All rows' means would be as many numbers again.
    cv::Mat scaled = design(cv::Rect(0, row, inputs.cols, 1));
    cv::subtract(inputs.row(row), mean, scaled);
    cv::divide(scaled, deviation, scaled);
  }
  return design;
}

/// `inputs`: `CV_32FC1`.
inline Standardised Standardise(const cv::Mat& inputs) {
  Standardised result = {cv::Mat(1, inputs.cols, CV_32FC1), cv::Mat(1, inputs.cols, CV_32FC1), {}};
  for (int col = 0; col < inputs.cols; ++col) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(inputs.col(col), mean, deviation);
    result.mean.at<float>(col) = static_cast<float>(mean[0]);
    result.deviation.at<float>(col) = static_cast<float>(std::max(deviation[0], 1e-6));
  }
  result.design = DesignOf(inputs, result.mean, result.deviation);
  return result;
}

/// A model of the inputs as they are, from one of the standardised ones: `weights` (`CV_32FC1`,
/// inputs x scores) and `bias` (1 x scores).
inline CellModel Unstandardised(const Standardised& standard, const cv::Mat& weights,
                                const cv::Mat& bias) {
  CellModel model;
  model.weights = weights / cv::repeat(standard.deviation.t(), 1, weights.cols);
  model.bias = bias - standard.mean * model.weights;
  return model;
}

}  // namespace gradcut
