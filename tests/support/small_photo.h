#pragma once

#include <opencv2/core.hpp>

namespace gradcut {

/// A photo of one colour, and a mask of what is in its middle.
inline const cv::Mat kImage(6, 8, CV_8UC3, cv::Scalar(10, 20, 30));

inline cv::Mat CentreMask() {
  cv::Mat mask = cv::Mat::zeros(6, 8, CV_8UC1);
  mask(cv::Rect(2, 2, 4, 3)).setTo(255);
  return mask;
}

}  // namespace gradcut
