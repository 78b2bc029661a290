#pragma once

#include "image/codec.h"

namespace gradcut {

// The EXIF orientation (1-8) in a block that starts with a TIFF header; 1 if there is none.
int ExifOrientation(Bytes tiff);

// The image turned upright. May return `image` itself.
cv::Mat ApplyOrientation(const cv::Mat& image, int orientation);

}  // namespace gradcut
