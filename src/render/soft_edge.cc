#include "gradcut/render/soft_edge.h"

#include "gradcut/core/image.h"
#include "gradcut/core/rects.h"
#include "gradcut/image/image_io.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// The mean over windows of a map's pixels.
cv::Mat WindowMean(const cv::Mat& map, int radius) {
  cv::Mat mean;
  cv::blur(map, mean, {2 * radius + 1, 2 * radius + 1}, {-1, -1}, cv::BORDER_REFLECT);
  return mean;
}

// The line that each pixel's alpha lies on: slope * guide + offset.
struct Lines {
  cv::Mat slope, offset;
};

// a and b of each window from the mean, variance and covariance of guide and mask in it; each pixel
// then takes the mean a and b of the windows that it lies in.
Lines FitLines(const cv::Mat& guide, const cv::Mat& mask, int radius) {
  constexpr double kEpsilon = 1e-4;  // Contrasts below 1 % of the range are noise.
  const cv::Mat mean_guide = WindowMean(guide, radius), mean_mask = WindowMean(mask, radius);
  const cv::Mat covariance = WindowMean(guide.mul(mask), radius) - mean_guide.mul(mean_mask);
  const cv::Mat variance = WindowMean(guide.mul(guide), radius) - mean_guide.mul(mean_guide);
  const cv::Mat slope = covariance / (variance + kEpsilon);
  const cv::Mat offset = mean_mask - slope.mul(mean_guide);
  return {WindowMean(slope, radius), WindowMean(offset, radius)};
}

cv::Mat Fractions(const cv::Mat& bytes) {
  cv::Mat fractions;
  bytes.convertTo(fractions, CV_32FC1, 1.0 / 255);
  return fractions;
}

// A map made `step` times smaller, as if it went on beyond its right and lower side.
cv::Mat Shrunk(const cv::Mat& bytes, int step) {
  if (step == 1) return Fractions(bytes);
  const cv::Size size((bytes.cols + step - 1) / step, (bytes.rows + step - 1) / step);
  cv::Mat padded;
  cv::copyMakeBorder(bytes, padded, 0, size.height * step - bytes.rows, 0,
                     size.width * step - bytes.cols, cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  return Resize(Fractions(padded), size);
}

// A part of such a map at its size again. `part` begins at a multiple of `step`.
cv::Mat Grown(const cv::Mat& map, int step, const cv::Rect& part) {
  if (step == 1) return map(part);
  // With what the pixels at its sides lie between.
  const cv::Rect small =
      cv::Rect(part.x / step - 1, part.y / step - 1, (part.width + step - 1) / step + 2,
               (part.height + step - 1) / step + 2) &
      cv::Rect({0, 0}, map.size());
  return Resize(map(small), small.size() * step)(part - small.tl() * step);
}

// Tiles of a photo, and what of their surroundings counts, for one radius.
class Tiling {
 public:
  Tiling(cv::Size photo, int radius)
      : photo_({0, 0}, photo),
        radius_(radius),
        step_(std::max(1, radius / kFitRadius)),
        side_(Multiple(std::max(kLeastSide, 4 * radius))),
        reach_(Multiple(2 * radius)) {}

  // Calls `visit(tile)` for each.
  template <class Visit>
  void ForEach(const Visit& visit) const {
    for (int row = 0; row < photo_.height; row += side_)
      for (int col = 0; col < photo_.width; col += side_)
        visit(cv::Rect(col, row, side_, side_) & photo_);
  }

  cv::Rect Around(const cv::Rect& tile) const { return Widened(tile, reach_, photo_.size()); }

  // Pixels of the photo to one that lines are fitted on, and the radius there.
  int step() const { return step_; }
  int fit_radius() const { return std::max(1, radius_ / step_); }

 private:
  static constexpr int kFitRadius = 16;
  static constexpr int kLeastSide = 512;

  // So that tiles lie on the same grid of larger pixels.
  int Multiple(int length) const { return (length + step_ - 1) / step_ * step_; }

  const cv::Rect photo_;
  const int radius_, step_, side_, reach_;
};

bool IsConstant(const cv::Mat& mask) {
  double least = 0, largest = 0;
  cv::minMaxLoc(mask, &least, &largest);
  return least == largest;
}

}  // namespace

cv::Mat SoftEdge(const cv::Mat& photo, const cv::Mat& mask, int radius_px) {
  if (photo.type() != CV_8UC4) CheckImage(photo, "SoftEdge: photo");
  CheckMask(mask, "SoftEdge: mask");
  CheckSameSize(photo, "SoftEdge: photo", mask, "mask");
  if (radius_px < 1) throw std::invalid_argument("SoftEdge: radius_px must be >= 1");
  cv::Mat alpha = mask.clone();
  const Tiling tiling(photo.size(), radius_px);
  tiling.ForEach([&](const cv::Rect& tile) {
    const cv::Rect around = tiling.Around(tile);
    if (IsConstant(mask(around))) return;
    cv::Mat grey;
    cv::cvtColor(OverWhite(photo(around)), grey, cv::COLOR_RGB2GRAY);
    const Lines lines = FitLines(Shrunk(grey, tiling.step()), Shrunk(mask(around), tiling.step()),
                                 tiling.fit_radius());
    const cv::Rect inside = tile - around.tl();
    const cv::Mat slope = Grown(lines.slope, tiling.step(), inside),
                  offset = Grown(lines.offset, tiling.step(), inside);
    cv::Mat(slope.mul(Fractions(grey(inside))) + offset).convertTo(alpha(tile), CV_8UC1, 255);
  });
  return alpha;
}

}  // namespace gradcut
