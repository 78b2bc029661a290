#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// What is certain of a mask (`CV_8UC1`; 128 and more is the object): a trimap (`CV_8UC1`), 0 where
/// the background is certain, 255 where the object is, `kTrimapUnknown` within `band_px` (>= 1)
/// pixels of the outline. Of a part, or a gap, that is thinner than the band its middle stays
/// certain: nothing that the mask has vanishes.
cv::Mat TrimapAround(const cv::Mat& mask, int band_px);

/// How much of each pixel is the object, `CV_32FC1`, [0, 1]: closed-form matting (Levin, Lischinski
/// and Weiss 2008, "A closed-form solution to natural image matting"), of an image in RGB
/// (`CV_8UC3`). What the trimap (`CV_8UC1`) says with 0 and 255 stays; all other pixels are
/// estimated, on the assumption that the colours of object and background each lie on a line within
/// windows of 3 x 3 pixels. Many are estimated from coarse to fine (section 6 there), so that
/// memory stays in proportion to what is unknown. Where nothing of one side is known, all is the
/// other; all is background where nothing is known at all.
cv::Mat EstimateAlpha(const cv::Mat& image, const cv::Mat& trimap);

}  // namespace gradcut
