#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A network's activations on a coarse grid that covers an image: one row of `values` a cell, cells
/// row by row from the top left. Empty (no cells) where a network has no such layer.
struct FeatureMap {
  int rows = 0;
  int cols = 0;
  cv::Mat values;  ///< `CV_32FC1`, (rows * cols) x channels.

  bool empty() const { return values.empty(); }
};

}  // namespace gradcut
