#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <span>

namespace gradcut {

// The colours that `indices` (`CV_8UC1`) stand for: RGB, or grey where those that occur are all
// grey. Indices beyond the palette are black.
cv::Mat Coloured(const cv::Mat& indices, std::span<const cv::Vec3b> palette);

// Inks (`CV_8UC4`) as RGB; 255 is all of an ink, or none where they are inverted.
cv::Mat CmykToRgb(const cv::Mat& cmyk, bool inverted);

// Grey or RGB pixels into which their alpha (the last channel, full at `white`) was multiplied,
// without that.
cv::Mat Straight(const cv::Mat& pixels, double white);

}  // namespace gradcut
