#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// A picture with words below it.
struct Panel {
  cv::Mat image;                     ///< RGB `CV_8UC3`.
  std::vector<std::string> caption;  ///< A line each; what is not ASCII becomes "?".
};

/// Pictures side by side, `columns` a row, scaled to one width: RGB `CV_8UC3`. Panels of one row
/// should have one shape.
cv::Mat Sheet(std::span<const Panel> panels, int columns);

}  // namespace gradcut
