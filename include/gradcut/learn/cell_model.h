#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Scores of a cell that are linear in its inputs.
struct CellModel {
  cv::Mat weights;  ///< `CV_32FC1`, inputs x scores.
  cv::Mat bias;     ///< `CV_32FC1`, 1 x scores.
};

/// `CV_32FC1`, cells x scores. `inputs` is `CV_32FC1`, cells x inputs. Throws
/// `std::invalid_argument` for other shapes.
cv::Mat CellScores(const CellModel& model, const cv::Mat& inputs);

}  // namespace gradcut
