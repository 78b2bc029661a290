#pragma once

#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Which parts of a mask stay. A part is a set of object pixels that touch, also over corners.
struct MaskOptions {
  bool fill_holes = false;    ///< Background that the object encloses becomes object.
  bool keep_largest = false;  ///< Only the largest part stays; of equal ones the topmost.
  double min_area = 0;        ///< Smaller parts go; share of the image's pixels, [0, 1].
};

void Describe(MaskOptions& options, OptionList& list);

/// The mask (`CV_8UC1`, 0 or 255) with its holes filled, then without the parts that must go. The
/// same matrix where the options change nothing.
cv::Mat ChooseParts(const cv::Mat& mask, const MaskOptions& options);

}  // namespace gradcut
