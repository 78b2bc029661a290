#include "gradcut/io/labels_io.h"

#include "gradcut/core/error.h"
#include "io/heat_array.h"
#include "io/stored_matrix.h"

#include <algorithm>
#include <cmath>

namespace gradcut {
namespace {

cv::Mat HeatOfImage(const DecodedImage& image, const std::string& name) {
  Require(!image.palette && (image.pixels.channels() == 1 || image.pixels.channels() == 3),
          "{}: is not a heat map: expected a grey image without alpha", name);
  const auto grey =
      image.pixels.channels() == 3 ? GreyOf(image.pixels) : std::optional(image.pixels);
  Require(grey.has_value(), "{}: is a colour image, not a heat map: expected grey values", name);
  cv::Mat heat;
  grey->convertTo(heat, CV_32F, 1.0 / image.white);
  return heat;
}

}  // namespace

cv::Mat HeatMapOf(const NpyArray& array, const std::string& name, const ImageReadOptions& options) {
  const bool integer = array.dtype >= Dtype::kInt8 && array.dtype <= Dtype::kUint64;
  Require(!integer || array.dtype == Dtype::kUint8 || array.dtype == Dtype::kUint16,
          "{}: has {} elements, expected a heat map of floats in [0, 1], uint8 or uint16", name,
          DtypeName(array.dtype));
  const double scale = array.dtype == Dtype::kUint8    ? 255
                       : array.dtype == Dtype::kUint16 ? 65535
                                                       : 1;
  cv::Mat heat(MatrixSize(array, name, options), CV_32FC1);
  const std::vector<double> values = array.ToDoubles();
  Require(std::none_of(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
          "{}: has values that are not numbers (NaN), expected a heat map in [0, 1]", name);
  const auto [least, largest] = std::minmax_element(values.begin(), values.end());
  constexpr double kRounding = 1e-6;  // What resizing in single precision adds
  Require(*least >= -kRounding && *largest / scale <= 1 + kRounding,
          "{}: has values in [{}, {}], expected a heat map in [0, 1]", name, *least, *largest);
  std::transform(values.begin(), values.end(), heat.ptr<float>(), [scale](double value) {
    return static_cast<float>(std::clamp(value / scale, 0.0, 1.0));
  });
  return heat;
}

cv::Mat ReadHeatMap(const std::filesystem::path& path, const ImageReadOptions& options) {
  return ReadArrayOrImage(
      path, options,
      [&options](const NpyArray& array, const std::string& name) {
        return HeatMapOf(array, name, options);
      },
      HeatOfImage);
}

}  // namespace gradcut
