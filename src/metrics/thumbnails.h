#pragma once

#include "gradcut/metrics/evaluate.h"

#include <string>

namespace gradcut {

// Prediction and truth of a pair as small PNGs, each a "data:" address.
struct Thumbnails {
  std::string prediction;
  std::string truth;
};

// Objects are white, void is grey, classes have VOC's colours, heat maps are grey. Throws `Error`
// where the pair cannot be read.
Thumbnails MakeThumbnails(const Pair& pair, const EvaluateOptions& options);

}  // namespace gradcut
