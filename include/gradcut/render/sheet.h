#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// A picture with words below it.
struct Panel {
  cv::Mat image;                     ///< RGB `CV_8UC3`.
  std::vector<std::string> caption;  ///< A line each, broken where it is too long for the picture;
                                     ///< what is not ASCII becomes "?".
};

/// Pictures side by side, `columns` a row, scaled to one width (320 pixels; less where it would
/// make one higher than 1280): RGB `CV_8UC3`. Panels of one row should have one shape.
cv::Mat Sheet(std::span<const Panel> panels, int columns);

}  // namespace gradcut
