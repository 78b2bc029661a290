#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How diffuse a heat map (`CV_32FC1`, >= 0) is: exp(H) / pixels, H being the entropy of its values
/// as a distribution over the pixels. That is the share of the image over which the heat is spread
/// in effect: 1 / pixels where all is in one pixel, 1 for a map that is the same everywhere.
double Diffuseness(const cv::Mat& heat_map);

/// The share of the heat map's sum that lies in the mask (Wang et al. 2020, "Score-CAM", section
/// 4.3, with a mask for the box), in [0, 1]; 0 for a map of zeros. `mask` is as large as the map.
double EnergyInside(const cv::Mat& heat_map, const cv::Mat& mask);

}  // namespace gradcut
