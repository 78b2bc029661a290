#include "cut/boxes.h"

#include <algorithm>
#include <cmath>

namespace gradcut {

cv::Rect Covered(const cv::Rect2d& box, cv::Size image) {
  const cv::Point first(std::min(image.width - 1, static_cast<int>(std::ceil(box.x - 0.5))),
                        std::min(image.height - 1, static_cast<int>(std::ceil(box.y - 0.5))));
  const cv::Point last(
      std::max(first.x + 1, static_cast<int>(std::ceil(box.x + box.width - 0.5))),
      std::max(first.y + 1, static_cast<int>(std::ceil(box.y + box.height - 0.5))));
  return cv::Rect(first, last) & cv::Rect({0, 0}, image);
}

cv::Rect CoveredByHalf(const cv::Rect2d& box, cv::Size from, cv::Size to) {
  const double x = static_cast<double>(to.width) / from.width;
  const double y = static_cast<double>(to.height) / from.height;
  const auto rounded = [](double value) { return static_cast<int>(std::floor(value + 0.5)); };
  const cv::Point first(std::min(rounded(box.x * x), to.width - 1),
                        std::min(rounded(box.y * y), to.height - 1));
  const cv::Point last(std::max(rounded((box.x + box.width) * x), first.x + 1),
                       std::max(rounded((box.y + box.height) * y), first.y + 1));
  return cv::Rect(first, last) & cv::Rect({0, 0}, to);
}

cv::Rect Touched(const cv::Rect& box, cv::Size from, cv::Size to) {
  const double x = static_cast<double>(to.width) / from.width;
  const double y = static_cast<double>(to.height) / from.height;
  const cv::Point first(static_cast<int>(box.x * x), static_cast<int>(box.y * y));
  const cv::Point last(static_cast<int>(std::ceil(box.br().x * x)),
                       static_cast<int>(std::ceil(box.br().y * y)));
  return cv::Rect(first, last) & cv::Rect({0, 0}, to);
}

}  // namespace gradcut
