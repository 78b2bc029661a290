#pragma once

#include <opencv2/core/types.hpp>

namespace gradcut {

// The pixels of an image whose middle lies in the box; at least one.
cv::Rect Covered(const cv::Rect2d& box, cv::Size image);

// The pixels of an image of size `to` that a box in one of size `from` covers by half or more; at
// least one.
cv::Rect CoveredByHalf(const cv::Rect2d& box, cv::Size from, cv::Size to);

// The pixels of an image of size `to` that a box of pixels of one of size `from` touches.
cv::Rect Touched(const cv::Rect& box, cv::Size from, cv::Size to);

}  // namespace gradcut
