#include "gradcut/core/checks.h"

#include "gradcut/core/error.h"

#include <limits>
#include <opencv2/core.hpp>

namespace gradcut {

int CheckedInt(std::int64_t size, std::string_view what) {
  constexpr int kMost = std::numeric_limits<int>::max();
  Require(size >= 0 && size <= kMost, "{} is {}, must be from 0 to {}", what, size, kMost);
  return static_cast<int>(size);
}

void CheckFinite(const cv::Mat& mat, std::string_view what) {
  cv::Point first;
  if (cv::checkRange(mat, /*quiet=*/true, &first)) return;
  throw std::invalid_argument(
      fmt::format("{}: the value at row {}, column {} is not finite", what, first.y, first.x));
}

void CheckShares(const cv::Mat& mat, std::string_view what) {
  constexpr double kRounding = 1e-6;
  cv::Point first;
  if (cv::checkRange(mat, /*quiet=*/true, &first, -kRounding, 1 + kRounding)) return;
  throw std::invalid_argument(
      fmt::format("{}: the value at row {}, column {} is not in [0, 1]", what, first.y, first.x));
}

}  // namespace gradcut
