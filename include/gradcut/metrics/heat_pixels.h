#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A heat map and its truth, ready to be measured.
///
/// Measures of heat maps follow the benchmark tools of salient object detection, whose numbers are
/// those in the papers: the map is stretched first, so that its smallest value is 0 and its largest
/// 1 (a constant map stays as it is), and thresholds are k / 255, k = 0 to 255. Void pixels take no
/// part in any sum, mean or stretch.
class HeatPixels {
 public:
  /// `heat` is `CV_8UC1` (values / 255), `CV_32FC1` or `CV_64FC1` (values in [0, 1]; others are cut
  /// off there); `truth` are labels (0 background, `kVoid` not scored, all else object).
  /// Throws `Error` if a value is not finite, `std::invalid_argument` for another type or size, or
  /// if every pixel is void.
  HeatPixels(const cv::Mat& heat, const cv::Mat& truth);

  const cv::Mat& heat() const { return heat_; }      ///< `CV_64FC1`, stretched; 0 where void.
  const cv::Mat& levels() const { return levels_; }  ///< `CV_8UC1`: floor(255 heat).
  const cv::Mat& truth() const { return truth_; }    ///< `CV_8UC1`: 0, 1 = object, or `kVoid`.

  std::int64_t object() const { return object_; }  ///< The number of object pixels.
  std::int64_t scored() const { return scored_; }  ///< The number of pixels that are not void.
  double mean() const { return mean_; }            ///< The mean heat of the scored pixels.

  /// Calls `visit(heat, is_object)` for each scored pixel, row by row.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (int row = 0; row < heat_.rows; ++row) {
      const auto* heat = heat_.ptr<double>(row);
      const auto* truth = truth_.ptr<std::uint8_t>(row);
      for (int col = 0; col < heat_.cols; ++col)
        if (truth[col] <= 1) visit(heat[col], truth[col] == 1);
    }
  }

  /// `NearestInSet` of the object's pixels.
  cv::Mat NearestObject() const;

 private:
  cv::Mat heat_;
  cv::Mat levels_;
  cv::Mat truth_;
  std::int64_t object_ = 0;
  std::int64_t scored_ = 0;
  double mean_ = 0;
};

}  // namespace gradcut
