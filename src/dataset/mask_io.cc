#include "gradcut/dataset/mask_io.h"

#include "dataset/stored_matrix.h"
#include "gradcut/core/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gradcut {
namespace {

// ---- Numbers

struct Extremes {
  double least = 0;
  double largest = 0;
  bool whole = true;
};

// Of numbers (`CV_64FC1`) that may be labels or fractions.
Extremes ExtremesOf(const cv::Mat& numbers, const std::string& name) {
  constexpr double kMost = std::numeric_limits<int>::max();
  constexpr double kRounding = 1e-6;  // What resizing in single precision adds
  Extremes extremes;
  cv::Point odd;  // The first that is not whole.
  for (int row = 0; row < numbers.rows; ++row)
    for (int col = 0; col < numbers.cols; ++col) {
      const double value = numbers.at<double>(row, col);
      extremes.least = std::min(extremes.least, value);
      extremes.largest = std::max(extremes.largest, value);
      const bool whole = value == std::floor(value) && std::abs(value) <= kMost;
      if (extremes.whole && !whole) odd = {col, row};
      extremes.whole &= whole;
    }
  const double value = numbers.at<double>(odd);
  Require(extremes.whole || (extremes.least >= -kRounding && extremes.largest <= 1 + kRounding &&
                             cv::checkRange(numbers)),
          "{}: has the value {} at row {}, column {}, expected whole numbers, or fractions from 0 "
          "to 1",
          name, value, odd.y, odd.x);
  return extremes;
}

// `white` is that of values above 255.
MaskFile MaskOfNumbers(const cv::Mat& numbers, MaskForm form, int white, const std::string& name) {
  const Extremes extremes = ExtremesOf(numbers, name);
  MaskFile mask = {.labels = {}, .form = form};
  if (!extremes.whole) {
    mask.form = MaskForm::kFractions;
    // Half is object: 127.5 becomes 128, not the nearest even number.
    cv::Mat(numbers * 255 + 1e-9).convertTo(mask.labels, CV_8U);
  }
  const bool wide = extremes.whole && (extremes.least < 0 || extremes.largest > 255);
  if (extremes.whole) numbers.convertTo(mask.labels, wide ? CV_32S : CV_8U);
  if (wide) mask.white = white;
  return mask;
}

MaskFile MaskOfArray(const NpyArray& array, const std::string& name,
                     const ImageReadOptions& options) {
  const cv::Size size = MatrixSize(array, name, options);
  std::vector<double> values = array.ToDoubles();
  return MaskOfNumbers(cv::Mat(size, CV_64FC1, values.data()), MaskForm::kArray,
                       array.dtype == Dtype::kUint16 ? 65535 : 0, name);
}

// ---- Images

MaskFile MaskOfGrey(const cv::Mat& grey, double white, const std::string& name) {
  if (grey.depth() == CV_8U)
    return {.labels = grey, .form = MaskForm::kGrey, .white = white < 255 ? 0 : 255};
  cv::Mat numbers;
  grey.convertTo(numbers, CV_64F);
  return MaskOfNumbers(numbers, MaskForm::kGrey, grey.depth() == CV_16U ? 65535 : 0, name);
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

// Whether a colour image is grey but for what lossy compression of colours leaves.
bool IsNearlyGrey(const cv::Mat& rgb) {
  constexpr double kMost = 8;
  cv::Mat channels[3];
  cv::split(rgb, channels);
  return rgb.depth() == CV_8U && cv::norm(channels[0], channels[1], cv::NORM_INF) <= kMost &&
         cv::norm(channels[1], channels[2], cv::NORM_INF) <= kMost;
}

std::optional<MaskFile> MaskOfColours(const cv::Mat& pixels, double white,
                                      const std::string& name) {
  if (pixels.channels() == 1) return MaskOfGrey(pixels, white, name);
  if (pixels.depth() == CV_8U)
    if (const auto indices = VocIndicesOf(pixels)) return MaskFile{*indices, MaskForm::kVocColours};
  if (const auto grey = GreyOf(pixels)) return MaskOfGrey(*grey, white, name);
  if (IsNearlyGrey(pixels)) return MaskOfGrey(FirstChannels(pixels, 1), white, name);
  return std::nullopt;
}

// By an alpha channel in which `white` is opaque.
MaskFile MaskOfAlpha(const cv::Mat& alpha, double white) {
  MaskFile mask = {.labels = alpha > white / 2, .form = MaskForm::kAlpha};
  alpha.convertTo(mask.alpha, CV_8U, 255 / white);
  return mask;
}

// A cut-out, or class colours on a transparent ground.
MaskFile MaskOfCutOut(const cv::Mat& pixels, MaskFile cut_out) {
  if (pixels.type() != CV_8UC4) return cut_out;
  cv::Mat colours = FirstChannels(pixels, 3);
  colours.setTo(cv::Scalar::all(0), cut_out.labels == 0);
  const auto indices = VocIndicesOf(colours);
  if (!indices || cv::countNonZero(*indices) == 0) return cut_out;
  return {*indices, MaskForm::kVocColours};
}

// ---- Index PNGs

bool IsGrey(const cv::Vec3b& c) { return c[0] == c[1] && c[0] == c[2]; }

// What pixels of an index PNG look like, if that is but grey; see `ReadMask`.
std::optional<MaskFile> MaskOfGreyPalette(const DecodedImage& image) {
  std::array<bool, 256> used = {};
  for (int row = 0; row < image.pixels.rows; ++row)
    for (int col = 0; col < image.pixels.cols; ++col)
      used[image.pixels.at<std::uint8_t>(row, col)] = true;
  const Palette voc = VocPalette();
  const auto& colours = image.colours;
  cv::Mat shown(1, 256, CV_8UC1, cv::Scalar(0));
  bool as_voc = true, black_and_white = true;
  for (std::size_t index = 0; index < used.size(); ++index) {
    if (!used[index]) continue;
    if (index >= colours.size() || !IsGrey(colours[index])) return std::nullopt;
    shown.at<std::uint8_t>(static_cast<int>(index)) = colours[index][0];
    as_voc &= colours[index] == voc[index];
    black_and_white &= index < 2 && colours[index][0] == 255 * index;
  }
  // White with the index of void is void, if the palette has colours to show classes.
  const bool all_grey = std::all_of(colours.begin(), colours.end(), IsGrey);
  if (as_voc || black_and_white || (used[255] && !all_grey)) return std::nullopt;
  MaskFile mask;
  cv::LUT(image.pixels, shown, mask.labels);
  if (!all_grey) mask.indices = image.pixels;
  return mask;
}

MaskFile MaskOfImage(const DecodedImage& image, const std::string& name) {
  if (image.palette)
    return MaskOfGreyPalette(image).value_or(MaskFile{image.pixels, MaskForm::kPalette});
  const int channels = image.pixels.channels();
  const bool has_alpha = channels == 2 || channels == 4;
  MaskFile by_alpha;
  if (has_alpha) {
    cv::Mat alpha;
    cv::extractChannel(image.pixels, alpha, channels - 1);
    by_alpha = MaskOfAlpha(alpha, image.white);
    if (cv::countNonZero(alpha != image.white) > 0)
      return MaskOfCutOut(image.pixels, std::move(by_alpha));
  }
  const cv::Mat colours = has_alpha ? FirstChannels(image.pixels, channels - 1) : image.pixels;
  if (const auto mask = MaskOfColours(colours, image.white, name)) return *mask;
  Require(
      has_alpha,
      "{}: is a colour image, not a mask: expected grey values, palette indices, VOC colours or "
      "an alpha channel",
      name);
  return by_alpha;
}

}  // namespace

MaskFile ReadMask(const std::filesystem::path& path, const ImageReadOptions& options) {
  return ReadArrayOrImage(
      path,
      [&options](const NpyArray& array, const std::string& name) {
        return MaskOfArray(array, name, options);
      },
      [&options](Bytes bytes, const std::string& name) {
        return MaskOfImage(DecodeAnyFormat(bytes, PngSamples::kStored, name, options), name);
      });
}

}  // namespace gradcut
