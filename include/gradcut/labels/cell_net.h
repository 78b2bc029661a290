#pragma once

#include "gradcut/learn/cell_model.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <stop_token>

namespace gradcut {

/// Which of several labels a cell has: one hidden layer of rectified units.
struct CellNet {
  CellModel hidden;  ///< From the inputs to the hidden units, before these are rectified.
  CellModel labels;  ///< From the rectified units to the labels' scores.
};

/// The labels' scores, whose softmax is their probability: `CV_32FC1`, cells x labels. `inputs` is
/// `CV_32FC1`, cells x inputs. Throws `std::invalid_argument` for other shapes.
cv::Mat CellScores(const CellNet& net, const cv::Mat& inputs);

struct CellNetOptions {
  int hidden = 128;
  int epochs = 8;
  int batch = 512;      ///< Cells a step.
  double rate = 2e-3;   ///< First step; the last one is 0, with a straight line between.
  double decay = 1e-2;  ///< Of weights, relative to the rate.
  double input_dropout = 0.1, hidden_dropout = 0.3;  ///< Shares hidden while learning.
  std::uint64_t seed = 0;
};

/// Learns from cells (`CV_32FC1`, cells x inputs) and the share of each label in them (`targets`,
/// `CV_32FC1`, cells x labels; rows sum to 1): the mean cross-entropy, by AdamW (Loshchilov and
/// Hutter 2019) on standardised inputs. A label weighs as the inverse square root of how often it
/// is: rare ones are not drowned, nor taken for as likely as the frequent ones. Runs on the calling
/// thread; the same bytes for the same cells, options and kind of machine. A net without weights if
/// a stop was requested. Throws `std::invalid_argument` for other shapes, no cells, or values that
/// are not finite.
CellNet LearnCellNet(const cv::Mat& inputs, const cv::Mat& targets, const CellNetOptions& options,
                     const std::stop_token& stop = {});

}  // namespace gradcut
