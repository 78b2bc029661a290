#include "gradcut/metrics/boundary.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/metrics/nearest.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// That share of the image's diagonal, pixels.
double OfDiagonal(double ratio, const cv::Mat& image) {
  Expect(ratio >= 0 && ratio <= 1, "boundary: ratio {}, must be in [0, 1]", ratio);
  return ratio * std::sqrt(static_cast<double>(image.rows) * image.rows +
                           static_cast<double>(image.cols) * image.cols);
}

struct TwoMasks {
  cv::Mat mask;   // 0 or 255, void pixels are 0
  cv::Mat truth;  // the same
};

TwoMasks WithoutVoid(const cv::Mat& mask, const cv::Mat& truth) {
  CheckMask(mask, "mask");
  CheckMask(truth, "truth");
  CheckSameSize(mask, "mask", truth, "truth");
  const cv::Mat is_void = truth == kVoid;
  TwoMasks masks = {mask > 0, truth > 0};
  masks.mask.setTo(0, is_void);
  masks.truth.setTo(0, is_void);
  return masks;
}

// 255 at pixels with another label, or the end of the image, within the radius.
cv::Mat BoundaryBand(const cv::Mat& labels, double ratio) {
  // std::nearbyint rounds halves to even, as the reference implementations do.
  const int radius = std::max(1, static_cast<int>(std::nearbyint(OfDiagonal(ratio, labels))));
  cv::Mat band(labels.size(), CV_8U, cv::Scalar(255));
  const int rows = labels.rows - 2 * radius;
  const int cols = labels.cols - 2 * radius;
  if (rows <= 0 || cols <= 0) return band;
  const cv::Mat square =
      cv::getStructuringElement(cv::MORPH_RECT, {2 * radius + 1, 2 * radius + 1});
  cv::Mat lowest;
  cv::Mat highest;
  cv::erode(labels, lowest, square);
  cv::dilate(labels, highest, square);
  const cv::Rect inside(radius, radius, cols, rows);
  cv::Mat changes = lowest(inside) != highest(inside);
  changes.copyTo(band(inside));
  return band;
}

// 255 at pixels that differ from their right, lower or lower right neighbour.
cv::Mat Contour(const cv::Mat& mask) {
  cv::Mat contour(mask.size(), CV_8U);
  for (int row = 0; row < mask.rows; ++row) {
    const auto* here = mask.ptr<std::uint8_t>(row);
    const auto* below = mask.ptr<std::uint8_t>(std::min(row + 1, mask.rows - 1));
    auto* out = contour.ptr<std::uint8_t>(row);
    for (int col = 0; col < mask.cols; ++col) {
      const int right = std::min(col + 1, mask.cols - 1);
      const bool differs =
          here[col] != here[right] || here[col] != below[col] || here[col] != below[right];
      out[col] = differs ? 255 : 0;
    }
  }
  return contour;
}

// Share of the contour's pixels within the radius of the other contour; neither may be empty.
double ShareNear(const cv::Mat& contour, const cv::Mat& other, std::int64_t radius) {
  const cv::Mat nearest = NearestInSet(other);
  std::int64_t near = 0;
  std::int64_t all = 0;
  for (int row = 0; row < contour.rows; ++row) {
    for (int col = 0; col < contour.cols; ++col) {
      if (contour.at<std::uint8_t>(row, col) == 0) continue;
      ++all;
      near += SquaredDistance(nearest.at<cv::Vec2i>(row, col), row, col) <= radius * radius;
    }
  }
  return static_cast<double>(near) / static_cast<double>(all);
}

}  // namespace

BinaryCounts CountBoundary(const cv::Mat& mask, const cv::Mat& truth, double ratio) {
  const TwoMasks masks = WithoutVoid(mask, truth);
  const cv::Mat truth_band = masks.truth & BoundaryBand(masks.truth, ratio);
  return CountBinary(masks.mask & BoundaryBand(masks.mask, ratio), truth_band & 1);
}

std::vector<BinaryCounts> CountClassBoundaries(const cv::Mat& predicted, const cv::Mat& truth,
                                               int classes, double ratio) {
  CheckMask(predicted, "predicted labels");
  CheckMask(truth, "true labels");
  CheckSameSize(predicted, "predicted labels", truth, "true labels");
  cv::Mat sure = predicted.clone();
  sure.setTo(0, predicted == kVoid);
  sure.setTo(kVoid, truth == kVoid);
  const cv::Mat predicted_band = BoundaryBand(sure, ratio);
  const cv::Mat truth_band = BoundaryBand(truth, ratio);
  std::vector<BinaryCounts> counts(static_cast<std::size_t>(classes));
  for (int row = 0; row < truth.rows; ++row) {
    for (int col = 0; col < truth.cols; ++col) {
      const int t = truth.at<std::uint8_t>(row, col);
      const int p = sure.at<std::uint8_t>(row, col);
      if (t == kVoid) continue;
      const bool in_truth = truth_band.at<std::uint8_t>(row, col) != 0;
      const bool in_prediction = predicted_band.at<std::uint8_t>(row, col) != 0;
      if (t == p && in_truth && in_prediction) {
        ++counts.at(t).true_positive;
      } else {
        counts.at(t).false_negative += in_truth;
        counts.at(p).false_positive += in_prediction;
      }
    }
  }
  return counts;
}

BoundaryScore ScoreBoundary(const cv::Mat& mask, const cv::Mat& truth, double ratio) {
  const TwoMasks masks = WithoutVoid(mask, truth);
  const auto radius = static_cast<std::int64_t>(std::ceil(OfDiagonal(ratio, mask)));
  const cv::Mat predicted = Contour(masks.mask);
  const cv::Mat expected = Contour(masks.truth);
  const bool found = cv::countNonZero(predicted) > 0;
  const bool wanted = cv::countNonZero(expected) > 0;
  if (!found || !wanted) {
    // An empty side makes no mistakes, but only two empty sides agree.
    return {.precision = found ? 0.0 : 1.0,
            .recall = wanted ? 0.0 : 1.0,
            .f = found == wanted ? 1.0 : 0.0};
  }
  BoundaryScore score = {.precision = ShareNear(predicted, expected, radius),
                         .recall = ShareNear(expected, predicted, radius)};
  const double sum = score.precision + score.recall;
  if (sum > 0) score.f = 2 * score.precision * score.recall / sum;
  return score;
}

}  // namespace gradcut
