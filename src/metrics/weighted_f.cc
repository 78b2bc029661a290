#include "gradcut/metrics/weighted_f.h"

#include "gradcut/metrics/nearest.h"
#include "metrics/spacing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Margolin et al. 2014, section 4.2: an error weighs the more the nearer it is to the object, half
// as much every 5 pixels.
class Importance {
 public:
  Importance() {
    for (std::size_t i = 0; i < table_.size(); ++i) table_[i] = Compute(static_cast<double>(i));
  }
  double operator()(std::int64_t squared_distance) const {
    if (squared_distance < static_cast<std::int64_t>(table_.size()))
      return table_[static_cast<std::size_t>(squared_distance)];
    return Compute(static_cast<double>(squared_distance));
  }

 private:
  static double Compute(double squared_distance) {
    return 2 - std::exp(std::log(0.5) / 5 * std::sqrt(squared_distance));
  }
  std::array<double, 10000> table_;
};

// 7x7 pixels, sigma 5 (section 4.1).
cv::Mat GaussianKernel() {
  constexpr int kRadius = 3;
  constexpr double kSigma = 5;
  cv::Mat kernel(2 * kRadius + 1, 1, CV_64F);
  for (int i = -kRadius; i <= kRadius; ++i)
    kernel.at<double>(i + kRadius) = std::exp(-i * i / (2 * kSigma * kSigma));
  return kernel / cv::sum(kernel)[0];
}

// The rectangle around the object, `margin` wider where the image is.
cv::Rect ObjectSurroundings(const cv::Mat& truth, int margin) {
  const cv::Rect object = cv::boundingRect(truth == 1);
  const cv::Rect wider(object.x - margin, object.y - margin, object.width + 2 * margin,
                       object.height + 2 * margin);
  return wider & cv::Rect({0, 0}, truth.size());
}

// The sum of errors on the object, each forgiven as far as its neighbours are right. A background
// neighbour has the error of the object pixel nearest to it.
double MissedObject(const HeatPixels& pixels, const cv::Mat& nearest) {
  const cv::Mat kernel = GaussianKernel();
  const cv::Rect around = ObjectSurroundings(pixels.truth(), kernel.rows / 2);
  cv::Mat error(around.size(), CV_64F);
  for (int row = 0; row < error.rows; ++row) {
    const auto* source = nearest.ptr<cv::Vec2i>(row + around.y) + around.x;
    auto* out = error.ptr<double>(row);
    for (int col = 0; col < error.cols; ++col)
      out[col] = 1 - pixels.heat().at<double>(source[col][0], source[col][1]);
  }
  cv::Mat blurred;
  cv::sepFilter2D(error, blurred, CV_64F, kernel, kernel, {-1, -1}, 0,
                  cv::BORDER_CONSTANT | cv::BORDER_ISOLATED);
  double missed = 0;
  for (int row = 0; row < error.rows; ++row) {
    const auto* truth = pixels.truth().ptr<std::uint8_t>(row + around.y) + around.x;
    for (int col = 0; col < error.cols; ++col)
      if (truth[col] == 1)
        missed += std::min(error.at<double>(row, col), blurred.at<double>(row, col));
  }
  return missed;
}

// The sum of the heat off the object, by importance.
double WrongHeat(const HeatPixels& pixels, const cv::Mat& nearest) {
  static const Importance importance;
  double wrong = 0;
  for (int row = 0; row < nearest.rows; ++row) {
    const auto* truth = pixels.truth().ptr<std::uint8_t>(row);
    const auto* heat = pixels.heat().ptr<double>(row);
    const auto* source = nearest.ptr<cv::Vec2i>(row);
    for (int col = 0; col < nearest.cols; ++col)
      if (truth[col] == 0) wrong += heat[col] * importance(SquaredDistance(source[col], row, col));
  }
  return wrong;
}

}  // namespace

double WeightedFMeasure(const HeatPixels& pixels, const cv::Mat& nearest) {
  if (pixels.object() == 0) return 0;
  const auto object = static_cast<double>(pixels.object());
  const double found = object - MissedObject(pixels, nearest);
  const double recall = found / object;
  const double precision = found / (found + WrongHeat(pixels, nearest) + kSpacing);
  return 2 * recall * precision / (recall + precision + kSpacing);
}

}  // namespace gradcut
