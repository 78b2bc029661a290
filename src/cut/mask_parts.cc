#include "gradcut/cut/mask_parts.h"

#include "gradcut/core/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

// What is not object and cannot reach the image's edge. Where object is tied over corners,
// background is not, and the other way round.
cv::Mat WithoutHoles(const cv::Mat& mask, int neighbours) {
  cv::Mat padded;
  cv::copyMakeBorder(mask, padded, 1, 1, 1, 1, cv::BORDER_CONSTANT, kMaskBackground);
  cv::floodFill(padded, {0, 0}, kMaskForeground, nullptr, 0, 0, /*flags=*/12 - neighbours);
  const cv::Mat holes = padded(cv::Rect({1, 1}, mask.size())) == kMaskBackground;
  return mask | holes;
}

// The labels of the parts that stay, as a table over all labels.
std::vector<std::uint8_t> Staying(const cv::Mat& statistics, double min_pixels, bool largest) {
  std::vector<std::uint8_t> staying(static_cast<std::size_t>(statistics.rows), kMaskBackground);
  int best = 0, best_pixels = 0;
  for (int part = 1; part < statistics.rows; ++part) {
    const int pixels = statistics.at<int>(part, cv::CC_STAT_AREA);
    if (pixels < min_pixels) continue;
    staying[static_cast<std::size_t>(part)] = kMaskForeground;
    if (pixels <= best_pixels) continue;
    best = part;
    best_pixels = pixels;
  }
  if (largest && best > 0) {
    std::fill(staying.begin(), staying.end(), kMaskBackground);
    staying[static_cast<std::size_t>(best)] = kMaskForeground;
  }
  return staying;
}

}  // namespace

void Describe(MaskOptions& o, OptionList& list) {
  list.Boolean("mask.fill_holes", o.fill_holes, "make background that the object encloses object");
  list.Boolean("mask.keep_largest", o.keep_largest, "keep only the largest part of the mask");
  list.Number("mask.min_area", o.min_area, 0, 1,
              "drop parts of the mask that are smaller, share of the image");
}

cv::Mat ChooseParts(const cv::Mat& mask, const MaskOptions& options, int neighbours) {
  CheckMask(mask, "ChooseParts: mask");
  if (neighbours != 4 && neighbours != 8)
    throw std::invalid_argument(
        fmt::format("ChooseParts: {} neighbours, must be 4 or 8", neighbours));
  cv::Mat filled = options.fill_holes ? WithoutHoles(mask, neighbours) : mask;
  if (!options.keep_largest && options.min_area == 0) return filled;
  cv::Mat labels, statistics, centres;
  cv::connectedComponentsWithStats(filled, labels, statistics, centres, neighbours);
  const std::vector<std::uint8_t> staying = Staying(
      statistics, options.min_area * static_cast<double>(mask.total()), options.keep_largest);
  cv::Mat chosen(mask.size(), CV_8UC1);
  for (int row = 0; row < mask.rows; ++row)
    for (int col = 0; col < mask.cols; ++col)
      chosen.at<std::uint8_t>(row, col) =
          staying[static_cast<std::size_t>(labels.at<int>(row, col))];
  return chosen;
}

MaskOptions PartsWanted(const Hints& hints) {
  return {.fill_holes = hints.fill_holes, .keep_largest = hints.keep_largest};
}

}  // namespace gradcut
