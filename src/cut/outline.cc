#include "cut/outline.h"

#include "cut/drawn.h"
#include "gradcut/core/image.h"
#include "gradcut/core/rects.h"
#include "gradcut/graphcut/min_cut.h"
#include "gradcut/priors/local_colour_model.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace gradcut {
namespace {

// How far from the outline a pixel of the smaller size may still change sides.
constexpr int kBandPx = 3;
// A band is cut window by window: what there is of it in these, with so much around that its
// neighbours matter little. Larger windows are faster where the outline is smooth: at all sizes but
// the first.
constexpr int kFirstWindowPx = 32, kWindowPx = 64;
constexpr int kAroundPx = 6;
// The most that an image is enlarged by at once.
constexpr double kMostScale = 2.5;
// Windows at an outline hold more contrast than images do.
constexpr double kContrastAtOutline = 1.5;

// Where a pixel of a larger image lies in a map of the same scene.
class Scale {
 public:
  Scale(cv::Size map, cv::Size image)
      : map_(map),
        y_(static_cast<double>(map.height) / image.height),
        x_(static_cast<double>(map.width) / image.width) {}

  int Row(int row) const { return std::min(static_cast<int>((row + 0.5) * y_), map_.height - 1); }
  int Col(int col) const { return std::min(static_cast<int>((col + 0.5) * x_), map_.width - 1); }
  cv::Rect Of(const cv::Rect& rect) const {
    return {cv::Point(Col(rect.x), Row(rect.y)),
            cv::Point(Col(rect.br().x - 1) + 1, Row(rect.br().y - 1) + 1)};
  }
  // At least all pixels of the image that lie in that part of the map.
  cv::Rect Back(const cv::Rect& part) const {
    const auto first = [](int at, double scale) { return static_cast<int>(at / scale); };
    const auto last = [](int at, double scale) { return static_cast<int>(std::ceil(at / scale)); };
    return {cv::Point(first(part.x, x_), first(part.y, y_)),
            cv::Point(last(part.br().x, x_), last(part.br().y, y_))};
  }

  // A map's value there, between its pixels.
  float Linear(const cv::Mat& map, int row, int col) const {
    const double y = std::clamp((row + 0.5) * y_ - 0.5, 0.0, map.rows - 1.0);
    const double x = std::clamp((col + 0.5) * x_ - 0.5, 0.0, map.cols - 1.0);
    const int top = static_cast<int>(y), left = static_cast<int>(x);
    const auto down = static_cast<float>(y - top), right = static_cast<float>(x - left);
    const float* const upper = map.ptr<float>(top);
    const float* const lower = map.ptr<float>(std::min(top + 1, map.rows - 1));
    const int next = std::min(left + 1, map.cols - 1);
    const float a = upper[left] + right * (upper[next] - upper[left]);
    const float b = lower[left] + right * (lower[next] - lower[left]);
    return a + down * (b - a);
  }

 private:
  cv::Size map_;
  double y_, x_;
};

// As it is, at another size.
Outlined Scaled(const Outlined& given, cv::Size size) {
  Outlined scaled = {Resize(given.mask, size) > 127};
  if (!given.probability.empty()) scaled.probability = Resize(given.probability, size);
  return scaled;
}

// Pixels of a mask that are near its outline.
cv::Mat BandOf(const cv::Mat& mask) {
  const cv::Mat square = cv::Mat::ones(2 * kBandPx + 1, 2 * kBandPx + 1, CV_8UC1);
  cv::Mat grown, shrunk;
  cv::dilate(mask, grown, square);
  cv::erode(mask, shrunk, square);
  return grown != shrunk;
}

// One size of the image. Its labels begin as those of the size before and change in a band.
class Level {
 public:
  Level(const cv::Mat& image, const Outlined& before, const cv::Mat& certain, int window_px)
      : image_(image),
        band_(BandOf(before.mask)),
        to_band_(before.mask.size(), image.size()),
        certain_(certain.empty() ? certain : Resize(certain, image.size())),
        now_(Scaled(before, image.size())) {
    const cv::Rect all({0, 0}, image.size());
    for (int row = 0; row < image.rows; row += window_px)
      for (int col = 0; col < image.cols; col += window_px) {
        const cv::Rect window = cv::Rect(col, row, window_px, window_px) & all;
        const cv::Rect part = to_band_.Of(window);
        const cv::Rect found = cv::boundingRect(band_(part));
        if (!found.empty()) windows_.push_back(to_band_.Back(found + part.tl()) & window);
      }
  }

  Outlined Cut(const cv::Mat& prior, const OutlineOptions& options) {
    if (windows_.empty()) return now_;
    const LocalColourModel colours(image_, now_.mask);
    ContrastWeights weights(options.graphcut, MeanContrast(options.graphcut) / kContrastAtOutline);
    for (const cv::Rect& window : windows_) {
      const cv::Rect around = Widened(window, kAroundPx, image_.size());
      const cv::Mat log_odds =
          LogOdds(prior, options.local_colour * colours.LogOdds(image_, around), around);
      GridEnergy energy = MakeGridEnergy(around.height, around.width, options.graphcut.neighbours);
      weights.Add(image_(around), energy);
      SetUnary(log_odds, energy);
      ApplySeeds(Fixed(around), energy);
      Take(MinCut(energy, options.graphcut.solver), log_odds, around);
    }
    return now_;
  }

 private:
  double MeanContrast(const GraphcutOptions& options) const {
    double sum = 0;
    for (const cv::Rect& window : windows_) sum += MeanSquaredContrast(image_(window), options);
    return sum / static_cast<double>(windows_.size());
  }

  bool InBand(int row, int col) const {
    return band_.at<std::uint8_t>(to_band_.Row(row), to_band_.Col(col)) != 0;
  }

  // `prior` is that of the whole image, of any size; `colours` those of the window.
  cv::Mat LogOdds(const cv::Mat& prior, const cv::Mat& colours, const cv::Rect& window) const {
    cv::Mat log_odds = colours;
    const Scale to_prior(prior.size(), image_.size());
    for (int row = 0; row < window.height; ++row)
      for (int col = 0; col < window.width; ++col)
        log_odds.at<float>(row, col) += to_prior.Linear(prior, window.y + row, window.x + col);
    return log_odds;
  }

  // A trimap: unknown is what lies in the band and not at a side of the window within the image.
  cv::Mat Fixed(const cv::Rect& window) const {
    cv::Mat fixed = now_.mask(window).clone();
    const cv::Rect all({0, 0}, image_.size());
    const int top = window.y > 0, left = window.x > 0;
    const int bottom = window.height - (window.br().y < all.height);
    const int right = window.width - (window.br().x < all.width);
    for (int row = top; row < bottom; ++row)
      for (int col = left; col < right; ++col)
        if (InBand(window.y + row, window.x + col))
          fixed.at<std::uint8_t>(row, col) = kTrimapUnknown;
    if (!certain_.empty()) Impose(certain_(window), kMaskForeground, kMaskBackground, fixed);
    return fixed;
  }

  void Take(const gradcut::Cut& cut, const cv::Mat& log_odds, const cv::Rect& window) {
    const cv::Mat labels(window.size(), CV_8UC1, const_cast<std::uint8_t*>(cut.labels.data()));
    cv::Mat(labels * kMaskForeground).copyTo(now_.mask(window));
    if (now_.probability.empty()) return;
    const cv::Mat probability = Probability(log_odds);
    for (int row = 0; row < window.height; ++row)
      for (int col = 0; col < window.width; ++col)
        if (InBand(window.y + row, window.x + col))
          now_.probability.at<float>(window.y + row, window.x + col) =
              probability.at<float>(row, col);
  }

  const cv::Mat image_;
  const cv::Mat band_;
  const Scale to_band_;
  const cv::Mat certain_;
  Outlined now_;
  std::vector<cv::Rect> windows_;
};

}  // namespace

std::vector<cv::Mat> OutlineSizes(const cv::Mat& image, std::size_t pixels,
                                  const OutlineOptions& options) {
  std::vector<cv::Mat> sizes = {image};
  if (!options.outline) return sizes;
  const double most = kMostScale * kMostScale * static_cast<double>(pixels);
  while (static_cast<double>(sizes.back().total()) > most) {
    const cv::Size size = sizes.back().size();
    sizes.push_back(Resize(sizes.back(), {(size.width + 1) / 2, (size.height + 1) / 2}));
  }
  return sizes;
}

Outlined AtFullSize(const cv::Mat& image, const Cutter::Result& cut, const cv::Mat& certain,
                    const OutlineOptions& options) {
  return AtFullSize(OutlineSizes(image, cut.mask.total(), options), cut, certain, options);
}

Outlined AtFullSize(const std::vector<cv::Mat>& sizes, const Cutter::Result& cut,
                    const cv::Mat& certain, const OutlineOptions& options) {
  const cv::Size size = sizes.front().size();
  Outlined outlined = {cut.mask};
  if (options.probability)
    outlined.probability = cut.log_odds.empty() ? cv::Mat::zeros(cut.mask.size(), CV_32FC1)
                                                : Probability(cut.log_odds);
  if (size == cut.mask.size()) return outlined;
  if (!options.outline || cut.log_odds.empty()) return Scaled(outlined, size);
  int window_px = kFirstWindowPx;
  for (auto image = sizes.rbegin(); image != sizes.rend(); ++image, window_px = kWindowPx)
    outlined = Level(*image, outlined, certain, window_px).Cut(cut.prior, options);
  return outlined;
}

}  // namespace gradcut
