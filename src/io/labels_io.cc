#include "gradcut/io/labels_io.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "gradcut/io/npy.h"
#include "io/codec.h"
#include "io/format.h"
#include "io/heat_array.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>

namespace gradcut {
namespace {

// ---- Arrays

// Rows and columns of a matrix to which axes of size 1 may have been added.
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

cv::Mat LabelsOf(const NpyArray& array, const std::string& name, const ImageReadOptions& options) {
  cv::Mat labels(MatrixSize(array, name, options), CV_8UC1);
  const std::vector<double> values = array.ToDoubles();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    const auto cols = static_cast<std::size_t>(labels.cols);
    Require(value >= 0 && value <= 255 && value == std::floor(value),
            "{}: has the value {} at row {}, column {}, expected whole numbers in [0, 255]", name,
            value, i / cols, i % cols);
    labels.data[i] = static_cast<std::uint8_t>(value);
  }
  return labels;
}

// ---- Images

// Grey of other than 8 bits as labels: class indices, or a binary mask in the full range.
cv::Mat NarrowGrey(const cv::Mat& grey, double white, const std::string& name) {
  cv::Mat values, labels(grey.size(), CV_8UC1);
  grey.convertTo(values, CV_64F);
  const bool binary =
      white > 255 && std::all_of(values.begin<double>(), values.end<double>(),
                                 [white](double v) { return v == 0 || v == white; });
  for (int row = 0; row < grey.rows; ++row)
    for (int col = 0; col < grey.cols; ++col) {
      const double value = values.at<double>(row, col);
      Require(binary || (value >= 0 && value <= 255 && value == std::floor(value)),
              "{}: has the value {} at row {}, column {}, expected labels in [0, 255]", name, value,
              row, col);
      labels.at<std::uint8_t>(row, col) =
          static_cast<std::uint8_t>(binary ? value / white * 255 : value);
    }
  return labels;
}

// The first channel, when all three are the same.
std::optional<cv::Mat> GreyOf(const cv::Mat& rgb) {
  cv::Mat channels[3];
  cv::split(rgb, channels);
  if (cv::norm(channels[0], channels[1], cv::NORM_INF) != 0 ||
      cv::norm(channels[0], channels[2], cv::NORM_INF) != 0)
    return std::nullopt;
  return channels[0];
}

// The index of each pixel's colour in the VOC palette, when all are in it.
std::optional<cv::Mat> VocIndicesOf(const cv::Mat& rgb) {
  // Only the upper three bits of red and green and the upper two of blue are ever set.
  std::array<int, 256> index_of = {};
  const Palette palette = VocPalette();
  const auto key = [](const cv::Vec3b& c) {
    return (c[0] >> 5) << 5 | (c[1] >> 5) << 2 | c[2] >> 6;
  };
  for (int index = 0; index < 256; ++index) index_of[key(palette[index])] = index;
  cv::Mat indices(rgb.size(), CV_8UC1);
  for (int row = 0; row < rgb.rows; ++row)
    for (int col = 0; col < rgb.cols; ++col) {
      const cv::Vec3b& colour = rgb.at<cv::Vec3b>(row, col);
      const int index = index_of[key(colour)];
      if (palette[index] != colour) return std::nullopt;
      indices.at<std::uint8_t>(row, col) = static_cast<std::uint8_t>(index);
    }
  return indices;
}

cv::Mat FirstChannels(const cv::Mat& pixels, int count) {
  cv::Mat kept(pixels.size(), CV_MAKETYPE(pixels.depth(), count));
  const int pairs[] = {0, 0, 1, 1, 2, 2};
  cv::mixChannels(&pixels, 1, &kept, 1, pairs, static_cast<std::size_t>(count));
  return kept;
}

std::optional<MaskFile> MaskOfColours(const cv::Mat& pixels, double white,
                                      const std::string& name) {
  if (pixels.channels() == 1)
    return MaskFile{pixels.depth() == CV_8U ? pixels : NarrowGrey(pixels, white, name),
                    MaskForm::kGrey};
  if (pixels.depth() == CV_8U)
    if (const auto indices = VocIndicesOf(pixels)) return MaskFile{*indices, MaskForm::kVocColours};
  if (const auto grey = GreyOf(pixels)) return MaskOfColours(*grey, white, name);
  return std::nullopt;
}

MaskFile MaskOfImage(const DecodedImage& image, const std::string& name) {
  if (image.palette) return {image.pixels, MaskForm::kPalette};
  const int channels = image.pixels.channels();
  const bool has_alpha = channels == 2 || channels == 4;
  cv::Mat alpha;
  if (has_alpha) {
    cv::extractChannel(image.pixels, alpha, channels - 1);
    const cv::Mat cut = alpha > image.white / 2;
    if (cv::countNonZero(alpha != image.white) > 0) return {cut, MaskForm::kAlpha};
    alpha = cut;
  }
  const cv::Mat colours = has_alpha ? FirstChannels(image.pixels, channels - 1) : image.pixels;
  if (const auto mask = MaskOfColours(colours, image.white, name)) return *mask;
  Require(
      has_alpha,
      "{}: is a colour image, not a mask: expected grey values, palette indices, VOC colours or "
      "an alpha channel",
      name);
  return {alpha, MaskForm::kAlpha};
}

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

// `OfArray` and `OfImage` make the result out of one kind of file each.
template <class OfArray, class OfImage>
auto ReadArrayOrImage(const std::filesystem::path& path, const ImageReadOptions& options,
                      const OfArray& of_array, const OfImage& of_image) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return WithForeignErrors(name, [&] {
    if (RecogniseFormat(bytes) == FileFormat::kNpy)
      return of_array(DecodeNpy(bytes, path.native()), name);
    return of_image(DecodeAnyFormat(bytes, PngSamples::kStored, name, options), name);
  });
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

MaskFile ReadMask(const std::filesystem::path& path, const ImageReadOptions& options) {
  return ReadArrayOrImage(
      path, options,
      [&options](const NpyArray& array, const std::string& name) {
        return MaskFile{LabelsOf(array, name, options), MaskForm::kArray};
      },
      MaskOfImage);
}

cv::Mat ReadHeatMap(const std::filesystem::path& path, const ImageReadOptions& options) {
  const std::string name = Printable(path);
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  return WithForeignErrors(name, [&] {
    if (RecogniseFormat(bytes) == FileFormat::kNpy)
      return HeatMapOf(DecodeNpy(bytes, path.native()), name, options);
    const DecodedImage stored = DecodeAnyFormat(bytes, PngSamples::kStored, name, options);
    // What a palette shows counts, not its indices.
    return HeatOfImage(
        stored.palette ? DecodeAnyFormat(bytes, PngSamples::kExpanded, name, options) : stored,
        name);
  });
}

}  // namespace gradcut
