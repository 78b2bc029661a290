#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Multinomial logistic regression: which of several labels a cell has.
struct CellModel {
  cv::Mat weights;  ///< `CV_32FC1`, inputs x labels.
  cv::Mat bias;     ///< `CV_32FC1`, 1 x labels.
};

/// The labels' scores, whose softmax is their probability: `CV_32FC1`, cells x labels. `inputs` is
/// `CV_32FC1`, cells x inputs. Throws `std::invalid_argument` for other shapes.
cv::Mat CellScores(const CellModel& model, const cv::Mat& inputs);

/// Learns from cells (`CV_32FC1`, cells x inputs) and the share of each label in them (`targets`,
/// `CV_32FC1`, cells x labels; rows sum to 1): the least weighted mean cross entropy plus `penalty`
/// times the squared length of the standardised weights. A label weighs as the inverse square root
/// of how often it is: rare ones are not drowned, nor taken for as likely as the frequent ones. The
/// same bytes for the same cells. Throws `std::invalid_argument` for other shapes, no cells, or
/// values that are not finite.
CellModel LearnCells(const cv::Mat& inputs, const cv::Mat& targets, double penalty = 3e-4);

}  // namespace gradcut
