#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How much each pixel belongs to the object, `CV_8UC1`, 255 is all of it: the guided filter of the
/// mask (`CV_8UC1`, greys count) with the photo's brightness as its guide (He, Sun and Tang 2010,
/// equations 5, 6 and 8), windows of `2 radius_px + 1` pixels; from 32 pixels on its lines are
/// fitted on a smaller copy (He and Sun 2015, "Fast Guided Filter"). Far from the mask's edge it is
/// the mask; at the edge it follows hair and fur where their brightness differs from what is
/// behind. `photo` is RGB or RGBA. Made tile by tile: what it needs beside its result does not grow
/// with the photo.
cv::Mat SoftEdge(const cv::Mat& photo, const cv::Mat& mask, int radius_px);

}  // namespace gradcut
