#include "io/stored_matrix.h"

#include <limits>

namespace gradcut {

cv::Size MatrixSize(const NpyArray& array, const std::string& name,
                    const ImageReadOptions& options) {
  std::vector<std::int64_t> shape = array.shape;
  for (auto axis = shape.begin(); axis != shape.end() && shape.size() > 2;)
    axis = *axis == 1 ? shape.erase(axis) : axis + 1;
  Require(shape.size() == 2 && array.size() > 0,
          "{}: is not a matrix: expected an array of rows x columns, got {} dimensions and {} "
          "elements",
          name, array.shape.size(), array.size());
  CheckPixelCount(shape[0], shape[1], name, options);
  constexpr std::int64_t kMax = std::numeric_limits<int>::max();
  Require(shape[0] <= kMax && shape[1] <= kMax, "{}: is too large", name);
  return {static_cast<int>(shape[1]), static_cast<int>(shape[0])};
}

std::optional<cv::Mat> GreyOf(const cv::Mat& rgb) {
  cv::Mat channels[3];
  cv::split(rgb, channels);
  if (cv::norm(channels[0], channels[1], cv::NORM_INF) != 0 ||
      cv::norm(channels[0], channels[2], cv::NORM_INF) != 0)
    return std::nullopt;
  return channels[0];
}

}  // namespace gradcut
