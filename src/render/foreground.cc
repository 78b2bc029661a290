#include "gradcut/render/foreground.h"

#include "gradcut/core/image.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

// Colours in [0, 255] of object and background, `CV_32FC3`.
struct Layers {
  cv::Mat object, background;
};

// A part of the photo as one level sees it: each pixel stands for 2^level x 2^level of the photo's,
// whose first one it is.
struct Level {
  cv::Mat image;  // `CV_8UC3`.
  cv::Mat alpha;  // `CV_32FC1`.
};

Level LevelOf(const cv::Mat& image, const cv::Mat& alpha, const cv::Rect& part, int level) {
  Level sampled = {cv::Mat(part.size(), CV_8UC3), cv::Mat(part.size(), CV_32FC1)};
  for (int row = 0; row < part.height; ++row)
    for (int col = 0; col < part.width; ++col) {
      const int from_row = (part.y + row) << level, from_col = (part.x + col) << level;
      sampled.image.at<cv::Vec3b>(row, col) = image.at<cv::Vec3b>(from_row, from_col);
      sampled.alpha.at<float>(row, col) = alpha.at<float>(from_row, from_col);
    }
  return sampled;
}

cv::Size SizeAt(cv::Size photo, int level) {
  return {((photo.width - 1) >> level) + 1, ((photo.height - 1) >> level) + 1};
}

// The colours of a level, twice as large: `part` of it, and `coarse` those of `coarse_part`.
cv::Mat Doubled(const cv::Mat& coarse, const cv::Point& coarse_at, const cv::Rect& part) {
  cv::Mat doubled(part.size(), CV_32FC3);
  for (int row = 0; row < part.height; ++row)
    for (int col = 0; col < part.width; ++col)
      doubled.at<cv::Vec3f>(row, col) =
          coarse.at<cv::Vec3f>((part.y + row) / 2 - coarse_at.y, (part.x + col) / 2 - coarse_at.x);
  return doubled;
}

// The colours of one pixel that explain it best and are like its neighbours', the more so where
// alpha changes: two equations for each channel.
void Improve(const Level& level, int row, int col, Layers& layers) {
  constexpr float kSmooth = 1e-5F;
  const float alpha = level.alpha.at<float>(row, col), rest = 1 - alpha;
  const cv::Vec3b colour = level.image.at<cv::Vec3b>(row, col);
  const cv::Vec3f here(colour[0], colour[1], colour[2]);
  cv::Vec3f object = alpha * here, background = rest * here;
  float weight = 0;
  for (const auto& [down, right] : {std::pair(0, -1), {0, 1}, {-1, 0}, {1, 0}}) {
    const int r = std::clamp(row + down, 0, level.alpha.rows - 1),
              c = std::clamp(col + right, 0, level.alpha.cols - 1);
    const float likeness = kSmooth + std::abs(alpha - level.alpha.at<float>(r, c));
    weight += likeness;
    object += likeness * layers.object.at<cv::Vec3f>(r, c);
    background += likeness * layers.background.at<cv::Vec3f>(r, c);
  }
  const float a = alpha * alpha + weight, b = alpha * rest, c = rest * rest + weight,
              scale = 1 / (a * c - b * b);
  for (int k = 0; k < 3; ++k) {
    layers.object.at<cv::Vec3f>(row, col)[k] =
        std::clamp(scale * (c * object[k] - b * background[k]), 0.0F, 255.0F);
    layers.background.at<cv::Vec3f>(row, col)[k] =
        std::clamp(scale * (a * background[k] - b * object[k]), 0.0F, 255.0F);
  }
}

// Pixels that are neither certain, and those around them, whose colours theirs depend on.
cv::Mat SoftOf(const cv::Mat& alpha) {
  cv::Mat soft;
  cv::dilate((alpha > 0) & (alpha < 1), soft, {}, {-1, -1}, 2);
  return soft;
}

// Where one side is certain, its colour is the photo's.
void TakeCertain(const Level& level, Layers& layers) {
  cv::Mat colours;
  level.image.convertTo(colours, CV_32FC3);
  colours.copyTo(layers.object, level.alpha >= 1);
  colours.copyTo(layers.background, level.alpha <= 0);
}

void Sweep(const Level& level, const cv::Mat& where, int times, Layers& layers) {
  for (int i = 0; i < times; ++i)
    for (int row = 0; row < level.alpha.rows; ++row)
      for (int col = 0; col < level.alpha.cols; ++col)
        if (where.empty() || where.at<std::uint8_t>(row, col) != 0)
          Improve(level, row, col, layers);
}

// The mean colour of one side, where `from` to `to` of a pixel is the object.
cv::Scalar MeanColour(const Level& level, double from, double to) {
  return cv::mean(level.image, (level.alpha >= from) & (level.alpha <= to));
}

// The whole photo's layers at a level that is small.
Layers Coarsest(const cv::Mat& image, const cv::Mat& alpha, int level) {
  constexpr int kSmallSide = 32, kSmallSweeps = 10, kSweeps = 2;
  int top = level;
  while (SizeAt(image.size(), top) != cv::Size(1, 1)) ++top;
  const Level finest = LevelOf(image, alpha, {{0, 0}, SizeAt(image.size(), level)}, level);
  Layers layers = {cv::Mat(1, 1, CV_32FC3, MeanColour(finest, 0.9, 1)),
                   cv::Mat(1, 1, CV_32FC3, MeanColour(finest, 0, 0.1))};
  for (int at = top; at >= level; --at) {
    const cv::Rect whole({0, 0}, SizeAt(image.size(), at));
    const Level sampled = LevelOf(image, alpha, whole, at);
    if (at < top)
      layers = {Doubled(layers.object, {0, 0}, whole), Doubled(layers.background, {0, 0}, whole)};
    Sweep(sampled, {}, std::max(whole.width, whole.height) <= kSmallSide ? kSmallSweeps : kSweeps,
          layers);
  }
  return layers;
}

// Levels of a tile of the photo, from `level` to the photo's own size; its colours are written into
// `foreground` where alpha is neither 0 nor 1.
void RefineTile(const cv::Mat& image, const cv::Mat& alpha, const Layers& coarsest, int level,
                const cv::Rect& tile, cv::Mat& foreground) {
  constexpr int kSweeps = 2, kReach = 8;
  Layers layers = coarsest;
  cv::Rect part({0, 0}, coarsest.object.size());
  for (int at = level - 1; at >= 0; --at) {
    const cv::Point coarse_at = part.tl();
    const int x = (tile.x >> at) - kReach, y = (tile.y >> at) - kReach;
    part = cv::Rect(x, y, ((tile.br().x - 1) >> at) + kReach + 1 - x,
                    ((tile.br().y - 1) >> at) + kReach + 1 - y) &
           cv::Rect({0, 0}, SizeAt(image.size(), at));
    const Level sampled = LevelOf(image, alpha, part, at);
    layers = {Doubled(layers.object, coarse_at, part), Doubled(layers.background, coarse_at, part)};
    TakeCertain(sampled, layers);
    Sweep(sampled, SoftOf(sampled.alpha), kSweeps, layers);
  }
  const cv::Rect inside = tile - part.tl();
  cv::Mat colours, soft;
  layers.object(inside).convertTo(colours, CV_8UC3);
  cv::Mat((alpha(tile) > 0) & (alpha(tile) < 1)).copyTo(soft);
  colours.copyTo(foreground(tile), soft);
}

}  // namespace

cv::Mat EstimateForeground(const cv::Mat& image, const cv::Mat& alpha) {
  CheckImage(image, "EstimateForeground: image");
  CheckHeatMap(alpha, "EstimateForeground: alpha");
  CheckSameSize(image, "EstimateForeground: image", alpha, "alpha");
  constexpr int kWholeSide = 128, kTile = 512;
  cv::Mat foreground = image.clone();
  int level = 0;
  const int side = std::max(image.rows, image.cols);
  while ((side - 1) >> level >= kWholeSide) ++level;
  std::optional<Layers> coarsest;
  for (int row = 0; row < image.rows; row += kTile)
    for (int col = 0; col < image.cols; col += kTile) {
      const cv::Rect tile = cv::Rect(col, row, kTile, kTile) & cv::Rect({0, 0}, image.size());
      if (cv::countNonZero((alpha(tile) > 0) & (alpha(tile) < 1)) == 0) continue;
      if (!coarsest) coarsest = Coarsest(image, alpha, level);
      RefineTile(image, alpha, *coarsest, level, tile, foreground);
    }
  return foreground;
}

}  // namespace gradcut
