#pragma once

#include <algorithm>
#include <opencv2/core/types.hpp>

namespace gradcut {

inline int LongerSide(cv::Size size) { return std::max(size.width, size.height); }

/// A part of an image with so many pixels more on each side, as far as the image has them.
inline cv::Rect Widened(const cv::Rect& part, int pixels, cv::Size image) {
  return cv::Rect(part.x - pixels, part.y - pixels, part.width + 2 * pixels,
                  part.height + 2 * pixels) &
         cv::Rect({0, 0}, image);
}

}  // namespace gradcut
