#include "gradcut/metrics/heat_pixels.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/metrics/nearest.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// The largest value of the type, so that value / range is in [0, 1].
double RangeOf(const cv::Mat& heat) {
  if (heat.type() == CV_8UC1) return 255;
  if (heat.type() == CV_32FC1 || heat.type() == CV_64FC1) return 1;
  throw std::invalid_argument(fmt::format(
      "heat map: expected CV_8UC1, CV_32FC1 or CV_64FC1, got {}", cv::typeToString(heat.type())));
}

// Divisions, never products with a reciprocal: values on a threshold must stay on it.
class Stretch {
 public:
  Stretch(double low, double high, double range)
      : low_(low / range), high_(high / range), range_(range) {}

  cv::Mat operator()(const cv::Mat& values) const {
    cv::Mat stretched;
    values.convertTo(stretched, CV_64F);
    for (int row = 0; row < stretched.rows; ++row) {
      auto* value = stretched.ptr<double>(row);
      for (int col = 0; col < stretched.cols; ++col) value[col] = Apply(value[col]);
    }
    return stretched;
  }

 private:
  double Apply(double value) const {
    value /= range_;
    if (high_ > low_) value = (value - low_) / (high_ - low_);
    return std::clamp(value, 0.0, 1.0);
  }

  double low_;
  double high_;
  double range_;
};

cv::Mat StretchHeat(const cv::Mat& heat, const cv::Mat& is_void) {
  const double range = RangeOf(heat);
  Require(cv::checkRange(heat), "the heat map has values that are not finite");
  double low = 0;
  double high = 0;
  cv::minMaxLoc(heat, &low, &high, nullptr, nullptr, ~is_void);
  const Stretch stretch(low, high, range);
  cv::Mat stretched;
  if (heat.type() == CV_8UC1) {  // The same numbers from a table.
    cv::Mat values(1, 256, CV_8U);
    for (int value = 0; value < 256; ++value)
      values.at<std::uint8_t>(value) = static_cast<std::uint8_t>(value);
    cv::LUT(heat, stretch(values), stretched);
  } else {
    stretched = stretch(heat);
  }
  stretched.setTo(0, is_void);
  return stretched;
}

cv::Mat Levels(const cv::Mat& heat) {
  cv::Mat levels(heat.size(), CV_8U);
  for (int row = 0; row < heat.rows; ++row) {
    const auto* from = heat.ptr<double>(row);
    auto* to = levels.ptr<std::uint8_t>(row);
    for (int col = 0; col < heat.cols; ++col)
      to[col] = static_cast<std::uint8_t>(static_cast<int>(from[col] * 255));
  }
  return levels;
}

}  // namespace

HeatPixels::HeatPixels(const cv::Mat& heat, const cv::Mat& truth) {
  CheckMask(truth, "truth");
  CheckSameSize(heat, "heat map", truth, "truth");
  const cv::Mat is_void = truth == kVoid;
  truth_ = cv::min(truth, 1);
  object_ = cv::countNonZero(truth_) - cv::countNonZero(is_void);
  scored_ = static_cast<std::int64_t>(truth.total()) - cv::countNonZero(is_void);
  if (scored_ == 0) throw std::invalid_argument("heat map: every pixel of the truth is void");
  truth_.setTo(kVoid, is_void);
  heat_ = StretchHeat(heat, is_void);
  levels_ = Levels(heat_);
  mean_ = cv::sum(heat_)[0] / static_cast<double>(scored_);
}

cv::Mat HeatPixels::NearestObject() const { return NearestInSet(truth_ == 1); }

}  // namespace gradcut
