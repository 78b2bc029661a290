#include "gradcut/render/matte.h"

#include "gradcut/core/image.h"
#include "gradcut/core/rects.h"
#include "render/matting_system.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat UnknownOf(const cv::Mat& trimap) {
  return (trimap != kMaskBackground) & (trimap != kMaskForeground);
}

cv::Mat Known(const cv::Mat& trimap) {
  cv::Mat alpha;
  trimap.convertTo(alpha, CV_32FC1, 1.0 / kMaskForeground);
  return alpha;
}

// The pixels of one side that are certain: further than `band_px` from the other one, or in the
// middle of what is thinner than that.
cv::Mat CertainOf(const cv::Mat& side, int band_px) {
  constexpr double kMiddle = 0.7;
  cv::Mat depth, thickness;
  cv::distanceTransform(side, depth, cv::DIST_L2, cv::DIST_MASK_5);
  depth = cv::min(depth, band_px + 1);
  const int window = 2 * band_px + 1;
  cv::dilate(depth, thickness, cv::getStructuringElement(cv::MORPH_RECT, {window, window}));
  return side & ((depth > band_px) | ((depth >= kMiddle * thickness) & (thickness <= band_px)));
}

// Trimap and image at half the size; what is not of one side alone is unknown.
cv::Mat HalfTrimap(const cv::Mat& trimap, cv::Size size) {
  cv::Mat mean, half(size, CV_8UC1, cv::Scalar(kTrimapUnknown));
  cv::resize(trimap, mean, size, 0, 0, cv::INTER_AREA);
  half.setTo(kMaskBackground, mean == kMaskBackground);
  half.setTo(kMaskForeground, mean == kMaskForeground);
  return half;
}

// The mean of the lines around a pixel of the finer image, by their distance.
cv::Vec4f LineAt(const cv::Mat& lines, int row, int col) {
  // Of two pixels in a row the one is a quarter of a pixel before the coarser pixel's middle, the
  // other one behind.
  const int rows[] = {row / 2, std::clamp(row / 2 + (row % 2 ? 1 : -1), 0, lines.rows - 1)};
  const int cols[] = {col / 2, std::clamp(col / 2 + (col % 2 ? 1 : -1), 0, lines.cols - 1)};
  return 0.5625F * lines.at<cv::Vec4f>(rows[0], cols[0]) +
         0.1875F * lines.at<cv::Vec4f>(rows[0], cols[1]) +
         0.1875F * lines.at<cv::Vec4f>(rows[1], cols[0]) +
         0.0625F * lines.at<cv::Vec4f>(rows[1], cols[1]);
}

// Alpha where it is unknown, by the colours on the lines of the coarser image.
void Raise(const cv::Mat& lines, const cv::Mat& image, const cv::Mat& trimap, cv::Mat& alpha) {
  const cv::Mat unknown = UnknownOf(trimap);
  for (int row = 0; row < image.rows; ++row)
    for (int col = 0; col < image.cols; ++col) {
      if (unknown.at<std::uint8_t>(row, col) == 0) continue;
      const cv::Vec4f line = LineAt(lines, row, col);
      const cv::Vec3b& colour = image.at<cv::Vec3b>(row, col);
      const float value =
          line[3] + (line[0] * colour[0] + line[1] * colour[1] + line[2] * colour[2]) / 255;
      alpha.at<float>(row, col) = std::clamp(value, 0.0F, 1.0F);
    }
}

// What coarse alpha says with certainty, with certain neighbours, is known.
cv::Mat Narrowed(const cv::Mat& trimap, cv::Mat& alpha) {
  constexpr double kCertain = 0.02;
  const cv::Mat unknown = UnknownOf(trimap);
  cv::Mat narrowed = trimap.clone(), background, object;
  cv::erode(alpha < kCertain, background, {});
  cv::erode(alpha > 1 - kCertain, object, {});
  narrowed.setTo(kMaskBackground, background & unknown);
  narrowed.setTo(kMaskForeground, object & unknown);
  alpha.setTo(0, background & unknown);
  alpha.setTo(1, object & unknown);
  return narrowed;
}

// Alpha, coarse to fine. Both sides have known pixels.
cv::Mat AlphaOf(const cv::Mat& image, const cv::Mat& trimap) {
  constexpr int kSolvedAtOnce = 30'000, kRefined = 300'000, kLeastSide = 16;
  cv::Mat alpha = Known(trimap);
  if (cv::countNonZero(UnknownOf(trimap)) <= kSolvedAtOnce ||
      std::min(image.rows, image.cols) < kLeastSide) {
    SolveAlpha(image, trimap, alpha);
    return alpha;
  }
  const cv::Size half((image.cols + 1) / 2, (image.rows + 1) / 2);
  const cv::Mat coarse = Resize(image, half), coarse_trimap = HalfTrimap(trimap, half);
  cv::Mat near;
  cv::dilate(UnknownOf(coarse_trimap), near, {});
  const cv::Mat lines = ColourLines(coarse, AlphaOf(coarse, coarse_trimap), near);
  Raise(lines, image, trimap, alpha);
  const cv::Mat narrowed = Narrowed(trimap, alpha);
  if (cv::countNonZero(UnknownOf(narrowed)) <= kRefined) SolveAlpha(image, narrowed, alpha);
  return alpha;
}

}  // namespace

cv::Mat TrimapAround(const cv::Mat& mask, int band_px) {
  CheckMask(mask, "TrimapAround: mask");
  if (band_px < 1) throw std::invalid_argument("TrimapAround: band_px must be >= 1");
  const cv::Mat object = mask >= kTrimapUnknown;
  cv::Mat trimap(mask.size(), CV_8UC1, cv::Scalar(kTrimapUnknown));
  // Distances are kept for a few rows at a time only.
  constexpr int kStrip = 512;
  for (int row = 0; row < mask.rows; row += kStrip) {
    const cv::Range strip(row, std::min(mask.rows, row + kStrip)),
        around(std::max(0, row - 2 * band_px - 1),
               std::min(mask.rows, strip.end + 2 * band_px + 1));
    const cv::Range inside = {strip.start - around.start, strip.end - around.start};
    const cv::Mat part = object.rowRange(around);
    cv::Mat rows = trimap.rowRange(strip);
    rows.setTo(kMaskForeground, CertainOf(part, band_px).rowRange(inside));
    rows.setTo(kMaskBackground, CertainOf(~part, band_px).rowRange(inside));
  }
  return trimap;
}

cv::Mat EstimateAlpha(const cv::Mat& image, const cv::Mat& trimap) {
  CheckImage(image, "EstimateAlpha: image");
  CheckMask(trimap, "EstimateAlpha: trimap");
  CheckSameSize(image, "EstimateAlpha: image", trimap, "trimap");
  cv::Mat alpha = Known(trimap);
  const cv::Mat unknown = UnknownOf(trimap);
  const bool has_object = cv::countNonZero(trimap == kMaskForeground) > 0,
             has_background = cv::countNonZero(trimap == kMaskBackground) > 0;
  if (!has_object || !has_background) {
    alpha.setTo(has_object ? 1 : 0, unknown);
    return alpha;
  }
  cv::Rect box = cv::boundingRect(unknown);
  if (box.empty()) return alpha;
  // With the windows that unknown pixels share with known ones.
  constexpr int kReach = 2;
  box = Widened(box, kReach, image.size());
  cv::Mat wide, wide_trimap;
  // Windows need three rows and columns.
  const int below = std::max(0, 3 - box.height), beside = std::max(0, 3 - box.width);
  cv::copyMakeBorder(image(box), wide, 0, below, 0, beside, cv::BORDER_REPLICATE);
  cv::copyMakeBorder(trimap(box), wide_trimap, 0, below, 0, beside, cv::BORDER_REPLICATE);
  AlphaOf(wide, wide_trimap)({0, 0, box.width, box.height}).copyTo(alpha(box));
  return alpha;
}

}  // namespace gradcut
