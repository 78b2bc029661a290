#pragma once

#include "gradcut/render/render.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How much each pixel belongs to the object, `CV_32FC1`, [0, 1]: the guided filter of the mask
/// with the image's brightness as its guide (He, Sun and Tang 2010, equations 5, 6 and 8), windows
/// of `2 radius_px + 1` pixels. Far from the mask's edge it is the mask; at the edge it follows
/// hair and fur where their brightness differs from what is behind.
cv::Mat SoftEdge(const cv::Mat& image, const cv::Mat& mask, int radius_px);

/// The object alone, of a photo in RGB or RGBA (`CV_8UC3`, `CV_8UC4`): RGBA `CV_8UC4` with the
/// mask, or its soft edge, as alpha, times the photo's own alpha; colours are the photo's, and 0
/// where nothing of the mask is. With a background, RGB `CV_8UC3` of the object before it.
cv::Mat Cutout(const cv::Mat& photo, const cv::Mat& mask, const RenderOptions& options = {});

}  // namespace gradcut
