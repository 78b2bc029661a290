#include "saliency/map_sum.h"

#include "gradcut/core/image.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr double kLeastContrast = 1e-5;  // Of the greatest value; below, it is rounding errors.

// Why there is nothing to scale, or "".
std::string WhyFlat(const cv::Mat& map, double least, double greatest) {
  if (!cv::checkRange(map))
    return "the gradient is not finite: it overflows, or the weights are damaged (`gradcut models "
           "check`)";
  if (least == 0 && greatest == 0)
    return "the map is zero everywhere: nothing speaks for the class";
  if (!(greatest - least > kLeastContrast * std::max(std::abs(least), std::abs(greatest))))
    return "the map is the same everywhere";
  return "";
}

}  // namespace

void MapSum::Add(const cv::Mat& map, bool mirrored, cv::Size size) {
  cv::Mat upright = map;
  if (mirrored) cv::flip(map, upright, /*flipCode=*/1);
  upright = Resize(upright, size);
  sum_ = sum_.empty() ? upright : cv::Mat(sum_ + upright);
}

cv::Mat MapSum::Scaled(std::string& note) const {
  if (sum_.empty()) return {};
  double least = 0, greatest = 0;
  cv::minMaxLoc(sum_, &least, &greatest);
  if (const std::string reason = WhyFlat(sum_, least, greatest); !reason.empty()) {
    note = reason;
    return {};
  }
  const cv::Mat scaled = (sum_ - least) / (greatest - least);
  return cv::min(cv::max(scaled, 0.0F), 1.0F);
}

}  // namespace gradcut
