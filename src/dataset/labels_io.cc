#include "gradcut/dataset/labels_io.h"

#include "dataset/heat_array.h"
#include "dataset/stored_matrix.h"
#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"

#include <algorithm>
#include <cmath>

namespace gradcut {
namespace {

// Throws unless all are numbers in [0, 1].
void CheckHeat(double least, double largest, bool numbers, const std::string& name) {
  constexpr double kRounding = 1e-6;  // What resizing in single precision adds
  Require(numbers, "{}: has values that are not numbers (NaN), expected a heat map in [0, 1]",
          name);
  Require(least >= -kRounding && largest <= 1 + kRounding,
          "{}: has values in [{}, {}], expected a heat map in [0, 1]", name, least, largest);
}

cv::Mat HeatOfImage(const DecodedImage& image, const std::string& name) {
  cv::Mat pixels = image.pixels;
  if (const int channels = pixels.channels(); channels == 2 || channels == 4) {
    cv::Mat alpha;
    cv::extractChannel(pixels, alpha, channels - 1);
    Require(cv::countNonZero(alpha != image.white) == 0,
            "{}: has transparent pixels, expected a heat map: a grey image without alpha", name);
    pixels = FirstChannels(pixels, channels - 1);
  }
  const auto grey = pixels.channels() == 3 ? GreyOf(pixels) : std::optional(pixels);
  Require(grey.has_value(), "{}: is a colour image, not a heat map: expected grey values", name);
  Require(image.real || grey->depth() <= CV_16U,
          "{}: has integer samples up to {}, expected a heat map of floats in [0, 1], 8 or 16 bits",
          name, image.white);
  cv::Mat heat;
  grey->convertTo(heat, CV_32F, 1.0 / image.white);
  if (!image.real) return heat;
  double least = 0, largest = 0;
  cv::minMaxLoc(*grey, &least, &largest);
  CheckHeat(least, largest, cv::checkRange(*grey), name);
  return cv::max(cv::min(heat, 1), 0);
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
  const auto [least, largest] = std::minmax_element(values.begin(), values.end());
  CheckHeat(*least / scale, *largest / scale,
            std::none_of(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
            name);
  std::transform(values.begin(), values.end(), heat.ptr<float>(), [scale](double value) {
    return static_cast<float>(std::clamp(value / scale, 0.0, 1.0));
  });
  return heat;
}

cv::Mat ReadHeatMap(const std::filesystem::path& path, const ImageReadOptions& options) {
  return ReadArrayOrImage(
      path,
      [&options](const NpyArray& array, const std::string& name) {
        return HeatMapOf(array, name, options);
      },
      [&options](Bytes bytes, const std::string& name) {
        const DecodedImage stored = DecodeAnyFormat(bytes, PngSamples::kStored, name, options);
        // What a palette shows counts, not its indices.
        return HeatOfImage(
            stored.palette ? DecodeAnyFormat(bytes, PngSamples::kExpanded, name, options) : stored,
            name);
      });
}

}  // namespace gradcut
