#pragma once

#include "gradcut/core/feature_map.h"

#include <opencv2/core.hpp>
#include <vector>

namespace gradcut {

/// Activations drawn from a normal distribution (mean 0, deviation 1); the same for the same seed.
inline FeatureMap RandomFeatures(int rows, int cols, int channels, int seed) {
  FeatureMap features = {rows, cols, cv::Mat(rows * cols, channels, CV_32FC1)};
  cv::RNG(static_cast<std::uint64_t>(seed)).fill(features.values, cv::RNG::NORMAL, 0, 1);
  return features;
}

/// The map of the mirrored image.
inline FeatureMap Mirrored(const FeatureMap& features) {
  FeatureMap mirrored = {features.rows, features.cols, features.values.clone()};
  for (int row = 0; row < features.rows; ++row)
    for (int col = 0; col < features.cols; ++col)
      features.values.row(row * features.cols + features.cols - 1 - col)
          .copyTo(mirrored.values.row(row * features.cols + col));
  return mirrored;
}

inline cv::Mat Mirrored(const cv::Mat& map) {
  cv::Mat mirrored;
  cv::flip(map, mirrored, /*flipCode=*/1);
  return mirrored;
}

/// The largest difference between two maps of one size.
inline double Difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_INF);
}

}  // namespace gradcut
