#include "dataset/stored_matrix.h"

#include "gradcut/core/checks.h"

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
  return {CheckedInt(shape[1], name + ": the number of columns"),
          CheckedInt(shape[0], name + ": the number of rows")};
}

std::optional<cv::Mat> GreyOf(const cv::Mat& rgb) {
  cv::Mat channels[3];
  cv::split(rgb, channels);
  if (cv::norm(channels[0], channels[1], cv::NORM_INF) != 0 ||
      cv::norm(channels[0], channels[2], cv::NORM_INF) != 0)
    return std::nullopt;
  return channels[0];
}

cv::Mat FirstChannels(const cv::Mat& pixels, int count) {
  cv::Mat kept(pixels.size(), CV_MAKETYPE(pixels.depth(), count));
  const int pairs[] = {0, 0, 1, 1, 2, 2};
  cv::mixChannels(&pixels, 1, &kept, 1, pairs, static_cast<std::size_t>(count));
  return kept;
}

}  // namespace gradcut
