#pragma once

#include "gradcut/core/image.h"

#include <array>
#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {

// The classes that occur in labels, background and void left out, in ascending order.
inline std::vector<int> ClassesIn(const cv::Mat& labels) {
  CheckMask(labels, "labels");
  std::array<bool, 256> occurs = {};
  for (int row = 0; row < labels.rows; ++row)
    for (int col = 0; col < labels.cols; ++col) occurs[labels.at<std::uint8_t>(row, col)] = true;
  std::vector<int> classes;
  for (int label = 1; label < kVoid; ++label)
    if (occurs[label]) classes.push_back(label);
  return classes;
}

}  // namespace gradcut
