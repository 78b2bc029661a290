#include "gradcut/priors/local_colour_model.h"

#include "gradcut/core/image.h"
#include "priors/lab.h"
#include "priors/smoothing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace gradcut {
namespace {

// Cells along the longer side of the image, and the most bins of a channel, which are never finer
// than the noise of a photo.
constexpr int kCells = 6;
constexpr int kMaxBins = 12;
constexpr double kLeastStep = 6;
// Of a larger image so many pixels are counted, evenly picked.
constexpr double kMaxPixelsCounted = 200'000;
// Standard deviations of the smoothing, in cells and in bins, and where it ends.
constexpr double kPlaceSigma = 1;
constexpr double kColourSigma = 0.6;
constexpr double kSmoothingEnd = 2.5;
// Greatest log ratio, nats, and the density, as a share of an even one, below which no difference
// is made.
constexpr float kClip = 3;
constexpr float kFloor = 0.4F;
// A side of which there is less than this share at a place cannot be told by its colours.
constexpr float kLeastShare = 0.01F;

double CellsAPixel(cv::Size image) {
  return static_cast<double>(kCells) / std::max(image.width, image.height);
}

// Corners of cells along a side.
int CornersOf(int pixels, cv::Size image) {
  return static_cast<int>(std::ceil(pixels * CellsAPixel(image))) + 1;
}

// Pixels as they are: their mean would have none of the noise that the image's colours have.
cv::Mat Picked(const cv::Mat& mat) {
  const double share = kMaxPixelsCounted / static_cast<double>(mat.total());
  if (share >= 1) return mat;
  cv::Mat picked;
  cv::resize(mat, picked,
             {std::max(1, cvRound(mat.cols * std::sqrt(share))),
              std::max(1, cvRound(mat.rows * std::sqrt(share)))},
             0, 0, cv::INTER_NEAREST);
  return picked;
}

float SumOf(const float* values, int count) {
  float sum = 0;
  for (int k = 0; k < count; ++k) sum += values[k];
  return sum;
}

// The log ratios of one place, from what was counted there; 0 where there is too little.
void Compare(const float* object, const float* background, int colours, float* log_odds) {
  const float objects = SumOf(object, colours), backgrounds = SumOf(background, colours);
  const float all = objects + backgrounds;
  if (!(std::min(objects, backgrounds) > kLeastShare * all)) return;
  const float floor = kFloor / static_cast<float>(colours);
  for (int c = 0; c < colours; ++c) {
    if (object[c] == background[c] && object[c] == 0) continue;  // Most: the logarithm is 0.
    const float ratio = (object[c] / objects + floor) / (background[c] / backgrounds + floor);
    log_odds[c] = std::clamp(std::log(ratio), -kClip, kClip);
  }
}

}  // namespace

// The nearest corner for counting, the four around for reading.
class LocalColourModel::Places {
 public:
  Places(cv::Size image, int corners) : scale_(CellsAPixel(image)), last_(corners - 1) {}

  int Nearest(int pixel) const { return static_cast<int>((pixel + 0.5) * scale_ + 0.5); }
  std::vector<int> NearestOfAll(int pixels) const {
    std::vector<int> nearest(static_cast<std::size_t>(pixels));
    for (int pixel = 0; pixel < pixels; ++pixel) nearest[pixel] = Nearest(pixel);
    return nearest;
  }

  // The corner before a pixel and how far it is on the way to the next one.
  std::pair<int, float> Before(int pixel) const {
    const double at = (pixel + 0.5) * scale_;
    const int corner = std::min(static_cast<int>(at), last_ - 1);
    return {corner, static_cast<float>(at - corner)};
  }

 private:
  double scale_;
  int last_;
};

LocalColourModel::LocalColourModel(const cv::Mat& whole, const cv::Mat& whole_mask) {
  CheckImage(whole, "LocalColourModel: image");
  CheckMask(whole_mask, "LocalColourModel: mask");
  CheckSameSize(whole, "LocalColourModel: image", whole_mask, "mask");
  const cv::Mat image = Picked(whole), mask = Picked(whole_mask);
  rows_ = CornersOf(image.rows, image.size());
  cols_ = CornersOf(image.cols, image.size());
  const cv::Mat lab = LabOf(image);
  std::array<cv::Mat, 3> channels;
  cv::split(lab, channels.data());
  for (const int k : {2, 1, 0}) {
    double least = 0, greatest = 0;
    cv::minMaxLoc(channels[static_cast<std::size_t>(k)], &least, &greatest);
    const double step = std::max(kLeastStep, (greatest - least) / (kMaxBins - 1));
    Axis& axis = axes_[static_cast<std::size_t>(k)];
    axis.bins = static_cast<int>(std::ceil((greatest - least) / step)) + 1;
    for (int value = 0; value < 256; ++value)
      axis.index[value] = colours_ * std::clamp(cvRound((value - least) / step), 0, axis.bins - 1);
    colours_ *= axis.bins;
  }
  const auto [background, object] = Count(lab, mask);
  log_odds_.resize(object.size());
  for (std::size_t place = 0; place < object.size(); place += static_cast<std::size_t>(colours_))
    Compare(&object[place], &background[place], colours_, &log_odds_[place]);
}

int LocalColourModel::ColourOf(const cv::Vec3b& lab) const {
  return axes_[0].index[lab[0]] + axes_[1].index[lab[1]] + axes_[2].index[lab[2]];
}

std::array<std::vector<float>, 2> LocalColourModel::Count(const cv::Mat& lab,
                                                          const cv::Mat& mask) const {
  const std::vector<float> empty(static_cast<std::size_t>(rows_) * cols_ * colours_);
  std::array<std::vector<float>, 2> sides = {empty, empty};
  const Places rows(lab.size(), rows_), cols(lab.size(), cols_);
  const std::vector<int> place_of = cols.NearestOfAll(lab.cols);
  for (int row = 0; row < lab.rows; ++row) {
    const std::size_t first = static_cast<std::size_t>(rows.Nearest(row)) * cols_;
    const auto* const pixel = lab.ptr<cv::Vec3b>(row);
    const auto* const side = mask.ptr<std::uint8_t>(row);
    for (int col = 0; col < lab.cols; ++col)
      if (side[col] == kMaskForeground || side[col] == kMaskBackground)
        ++sides[side[col] == kMaskForeground]
               [(first + place_of[col]) * colours_ + ColourOf(pixel[col])];
  }
  const auto by_colour = GaussianKernel<float>(kColourSigma, kSmoothingEnd);
  const auto by_place = GaussianKernel<float>(kPlaceSigma, kSmoothingEnd);
  for (std::vector<float>& grid : sides) {
    int stride = 1;
    for (const int k : {2, 1, 0}) {
      const int bins = axes_[static_cast<std::size_t>(k)].bins;
      SmoothAxis(grid, bins, stride, by_colour);
      stride *= bins;
    }
    SmoothAxis(grid, cols_, stride, by_place);
    SmoothAxis(grid, rows_, stride * cols_, by_place);
  }
  return sides;
}

cv::Mat LocalColourModel::LogOdds(const cv::Mat& image, const cv::Rect& window) const {
  CheckImage(image, "LocalColourModel: image");
  const cv::Mat lab = LabOf(image(window));
  cv::Mat log_odds(window.size(), CV_32FC1);
  const Places rows(image.size(), rows_), cols(image.size(), cols_);
  const std::size_t below = static_cast<std::size_t>(cols_) * colours_;
  std::vector<std::pair<int, float>> corners;
  for (int col = 0; col < window.width; ++col) corners.push_back(cols.Before(window.x + col));
  for (int row = 0; row < window.height; ++row) {
    const auto [y, down] = rows.Before(window.y + row);
    const auto* const pixel = lab.ptr<cv::Vec3b>(row);
    auto* const out = log_odds.ptr<float>(row);
    for (int col = 0; col < window.width; ++col) {
      const auto [x, right] = corners[static_cast<std::size_t>(col)];
      const float* const at =
          &log_odds_[(static_cast<std::size_t>(y) * cols_ + x) * colours_ + ColourOf(pixel[col])];
      const float upper = at[0] + right * (at[colours_] - at[0]);
      const float lower = at[below] + right * (at[below + colours_] - at[below]);
      out[col] = upper + down * (lower - upper);
    }
  }
  return log_odds;
}

}  // namespace gradcut
