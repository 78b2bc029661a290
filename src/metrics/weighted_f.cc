#include "gradcut/metrics/nearest.h"
#include "metrics/heat_pixels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

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

// The error on the object; a background pixel has the error of the object pixel nearest to it.
cv::Mat ObjectError(const HeatPixels& pixels, const cv::Mat& nearest) {
  cv::Mat error(pixels.heat.size(), CV_64F);
  const auto* heat = pixels.heat.ptr<double>();
  for (int row = 0; row < error.rows; ++row)
    for (int col = 0; col < error.cols; ++col)
      error.at<double>(row, col) = 1 - heat[nearest.at<int>(row, col)];
  return error;
}

}  // namespace

double WeightedFMeasure(const HeatPixels& pixels) {
  if (pixels.object == 0) return 0;
  static const Importance importance;
  const cv::Mat nearest = NearestInSet(pixels.truth == 1);
  const cv::Mat error = ObjectError(pixels, nearest);
  // An object pixel is forgiven as far as its neighbours are right.
  cv::Mat blurred;
  const cv::Mat kernel = GaussianKernel();
  cv::sepFilter2D(error, blurred, CV_64F, kernel, kernel, {-1, -1}, 0, cv::BORDER_CONSTANT);

  double missed = 0;
  double wrong = 0;
  for (int row = 0; row < error.rows; ++row) {
    const auto* truth = pixels.truth.ptr<std::uint8_t>(row);
    const auto* heat = pixels.heat.ptr<double>(row);
    for (int col = 0; col < error.cols; ++col) {
      if (truth[col] == 1) {
        missed += std::min(error.at<double>(row, col), blurred.at<double>(row, col));
      } else if (truth[col] == 0) {
        const int index = nearest.at<int>(row, col);
        const std::int64_t row_step = index / error.cols - row;
        const std::int64_t col_step = index % error.cols - col;
        wrong += heat[col] * importance(row_step * row_step + col_step * col_step);
      }
    }
  }
  const auto object = static_cast<double>(pixels.object);
  const double recall = 1 - missed / object;
  const double precision = (object - missed) / (object - missed + wrong + kSpacing);
  return 2 * recall * precision / (recall + precision + kSpacing);
}

}  // namespace gradcut
