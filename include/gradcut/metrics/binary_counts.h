#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Pixels of a foreground mask against its truth; void pixels are in none of the four. Counts of
/// several images add up, and all measures below divide once, at the end.
struct BinaryCounts {
  std::int64_t true_positive = 0;
  std::int64_t false_positive = 0;
  std::int64_t false_negative = 0;
  std::int64_t true_negative = 0;

  std::int64_t predicted() const { return true_positive + false_positive; }
  std::int64_t object() const { return true_positive + false_negative; }
  std::int64_t scored() const { return predicted() + false_negative + true_negative; }

  /// The four, in this order.
  std::array<std::int64_t, 4> All() const {
    return {true_positive, false_positive, false_negative, true_negative};
  }

  BinaryCounts& operator+=(const BinaryCounts& other);
  bool operator==(const BinaryCounts&) const = default;
};

/// Counts `mask` (`CV_8UC1`, foreground where > 0) against `truth` (labels of the same size: 0 is
/// background, `kVoid` is not scored, everything else is object).
/// Throws `std::invalid_argument` for another type or size.
BinaryCounts CountBinary(const cv::Mat& mask, const cv::Mat& truth);

/// The measures of a mask, all in [0, 1].
///
/// Where a denominator is 0: if neither mask nor truth has foreground, the empty answer is the
/// right one and every measure is 1 (the rule of DAVIS and COCO; `torchmetrics` and `pysodmetrics`
/// say 0). If only one of them is empty, the measure is 0.
double Iou(const BinaryCounts& counts);        ///< tp / (tp + fp + fn), the Jaccard index.
double Dice(const BinaryCounts& counts);       ///< 2 tp / (2 tp + fp + fn), the F1 score.
double Precision(const BinaryCounts& counts);  ///< tp / (tp + fp).
double Recall(const BinaryCounts& counts);     ///< tp / (tp + fn).
double Accuracy(const BinaryCounts& counts);   ///< (tp + tn) / all scored pixels.

}  // namespace gradcut
