#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Which parts of a mask stay. A part is a set of object pixels that are tied to each other.
struct MaskOptions {
  bool fill_holes = false;    ///< Background that the object encloses becomes object.
  bool keep_largest = false;  ///< Only the largest part stays; of equal ones the topmost.
  double min_area = 0;        ///< Smaller parts go; share of the image's pixels, [0, 1].
};

void Describe(MaskOptions& options, OptionList& list);

/// The mask (`CV_8UC1`, 0 or 255) with its holes filled, then without the parts that must go. The
/// same matrix where the options change nothing.
///
/// `neighbours` is that of the cut (`GraphcutOptions`): with 8, pixels are tied over sides and
/// corners, and background only over sides, so that no hole leaks through a diagonal of object;
/// with 4 it is the other way round. Throws `std::invalid_argument` for another number.
cv::Mat ChooseParts(const cv::Mat& mask, const MaskOptions& options, int neighbours);

/// What hints want of a finished mask.
MaskOptions PartsWanted(const Hints& hints);

}  // namespace gradcut
