#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A heat map (`CV_32FC1`, [0, 1]) in the perceptually ordered colours of Turbo: RGB `CV_8UC3`.
cv::Mat ColourHeatMap(const cv::Mat& heat_map);

/// The image with its object tinted and outlined: RGB `CV_8UC3`.
cv::Mat Overlay(const cv::Mat& image, const cv::Mat& mask);

/// The image with a heat map blended over it, the more the hotter: RGB `CV_8UC3`.
cv::Mat HeatMapOverlay(const cv::Mat& image, const cv::Mat& heat_map);

/// The object alone: RGBA `CV_8UC4`, alpha = mask.
cv::Mat Cutout(const cv::Mat& image, const cv::Mat& mask);

}  // namespace gradcut
