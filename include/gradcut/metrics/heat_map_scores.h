#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Measures of a heat map against a truth (labels: 0 is background, `kVoid` is not scored, all else
/// is object). They follow the benchmark tools of salient object detection, whose numbers are those
/// in the papers: the map is stretched to [0, 1] first, and thresholds are k / 255, k = 0 to 255.
/// Where the truth has no object: F, weighted F and recall are 0, S is 1 - mean, E is the share
/// of background pixels called background. Void pixels take no part in any sum, mean or stretch.

inline constexpr int kThresholds = 256;

/// A value at each threshold: of the pixels with heat >= k / 255 called object.
using Curve = std::array<double, kThresholds>;

struct HeatMapCurves {
  Curve precision = {};
  Curve recall = {};
  Curve f = {};    ///< F-measure with beta^2 = 0.3 (Achanta et al. 2009).
  Curve e = {};    ///< Enhanced-alignment measure (Fan et al. 2018).
  Curve iou = {};  ///< Jaccard index.

  HeatMapCurves& operator+=(const HeatMapCurves& other);
};

struct HeatMapScores {
  double mae = 0;         ///< Mean absolute error (Perazzi et al. 2012).
  double adaptive_f = 0;  ///< F-measure at twice the mean heat, at most 1.
  double adaptive_e = 0;  ///< E-measure at the same threshold.
  double weighted_f = 0;  ///< Weighted F-measure, beta = 1 (Margolin et al. 2014).
  double s = 0;           ///< Structure measure, alpha = 0.5 (Fan et al. 2017).
  HeatMapCurves curves;
};

/// The heat as `CV_64FC1` in [0, 1]: of `CV_8UC1` each value / 255, of `CV_16UC1` / 65535, of
/// `CV_32FC1` and `CV_64FC1` the value; then stretched so that the scored pixels' smallest is 0 and
/// their largest 1 (a constant map stays as it is, clamped to [0, 1]). Void pixels are 0.
/// Throws `Error` if a value is not finite, `std::invalid_argument` for another type or size.
cv::Mat StretchHeatMap(const cv::Mat& heat, const cv::Mat& truth);

/// All of the above for a stretched heat map (`CV_64FC1`, [0, 1]) and its truth. Throws
/// `std::invalid_argument` for another type, size or value, or if every pixel is void.
HeatMapScores ScoreHeatMap(const cv::Mat& heat, const cv::Mat& truth);

}  // namespace gradcut
