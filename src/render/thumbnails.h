#pragma once

#include "gradcut/metrics/evaluate.h"

#include <opencv2/core/types.hpp>
#include <string>

namespace gradcut {

// The size of a small picture of an image of that size: its longer side has at most so many pixels.
cv::Size ThumbnailSize(cv::Size size, int long_side);

// Prediction and truth of a pair as small PNGs, each a "data:" address.
struct Thumbnails {
  std::string prediction;
  std::string truth;
};

// Objects are white, void is grey, classes have VOC's colours, heat maps are grey. Throws `Error`
// where the pair cannot be read.
Thumbnails MakeThumbnails(const Pair& pair, const EvaluateOptions& options);

}  // namespace gradcut
