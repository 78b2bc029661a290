#pragma once

#include "gradcut/labels/labeller.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// When a pixel's label is kept, by the probability of the label before smoothing: a region of
/// pixels of one label and of at least `unsure` is kept where one of them has `confident`
/// (hysteresis, Canny 1986); the rest becomes `kVoid`. Both 0: every pixel keeps its label.
struct CertaintyOptions {
  double confident = 0.9;  ///< In [0, 1].
  double unsure = 0.7;     ///< In [0, confident].
};

/// `labels` with `kVoid` where they are unsure. Throws `Error` for options out of range.
cv::Mat WithoutUnsure(const LabelMap& map, const CertaintyOptions& options);

}  // namespace gradcut
