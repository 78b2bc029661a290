#include "gradcut/image/image_io.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "image/bmp.h"
#include "image/codec.h"
#include "image/format.h"
#include "image/heif.h"
#include "image/jpeg.h"
#include "image/orientation.h"
#include "image/png.h"
#include "image/pnm.h"
#include "image/tiff.h"
#include "image/webp.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// Samples of any kind as 8 bits.
cv::Mat ToEightBits(const DecodedImage& decoded, const std::string& name) {
  const cv::Mat& pixels = decoded.pixels;
  if (decoded.real) {
    double least = 0, largest = 0;
    cv::minMaxLoc(pixels.reshape(1), &least, &largest);
    Require(cv::checkRange(pixels) && least >= 0 && largest <= 1,
            "{}: has floating-point samples in [{}, {}], expected [0, 1]: convert it to PNG or "
            "JPEG",
            name, least, largest);
  }
  Require(decoded.real || pixels.depth() <= CV_16U,
          "{}: has integer samples up to {}, expected 8 or 16 bits without a sign: convert it to "
          "PNG or JPEG",
          name, decoded.white);
  if (pixels.depth() == CV_8U && decoded.white == 255) return pixels;
  cv::Mat bytes;
  pixels.convertTo(bytes, CV_8U, 255 / decoded.white);
  return bytes;
}

// RGB, or RGBA where the file has alpha, upright.
cv::Mat ToUprightColours(const DecodedImage& decoded, const std::string& name) {
  const cv::Mat pixels = ToEightBits(decoded, name);
  cv::Mat colours = pixels;
  if (pixels.channels() == 1) cv::cvtColor(pixels, colours, cv::COLOR_GRAY2RGB);
  if (pixels.channels() == 2) {
    colours = cv::Mat(pixels.size(), CV_8UC4);
    cv::mixChannels(pixels, colours, {0, 0, 0, 1, 0, 2, 1, 3});
  }
  return ApplyOrientation(colours, decoded.orientation);
}

}  // namespace

void Describe(ImageReadOptions& options, OptionList& list) {
  list.Number("io.max_megapixels", options.max_megapixels, 0, 2000,
              "larger images are refused; in millions of pixels");
}

void CheckPixelCount(std::int64_t rows, std::int64_t cols, const std::string& name,
                     const ImageReadOptions& options) {
  const double megapixels = static_cast<double>(rows) * static_cast<double>(cols) / 1e6;
  Require(megapixels <= options.max_megapixels,
          "{}: has {}x{} pixels ({:.1f} megapixels), more than the limit of {}: raise it with "
          "--io.max_megapixels",
          name, cols, rows, megapixels, options.max_megapixels);
  if (options.on_size) options.on_size(rows, cols);
}

DecodedImage DecodeAnyFormat(Bytes bytes, PngSamples samples, const std::string& name,
                             const ImageReadOptions& options) {
  switch (RecogniseFormat(bytes)) {
    case FileFormat::kJpeg:
      return DecodeJpeg(bytes, name, options);
    case FileFormat::kPng:
      return DecodePng(bytes, samples, name, options);
    case FileFormat::kWebp:
      return DecodeWebp(bytes, name, options);
    case FileFormat::kTiff:
      return DecodeTiff(bytes, name, options);
    case FileFormat::kHeif:
      return DecodeHeif(bytes, name, options);
    case FileFormat::kBmp:
      return DecodeBmp(bytes, name, options);
    case FileFormat::kPnm:
      return DecodePnm(bytes, name, options);
    default:
      Fail("{}: {}", name, DescribeForeignFile(bytes));
  }
}

cv::Mat DecodeWithAlpha(std::span<const std::uint8_t> bytes, std::string_view name,
                        const ImageReadOptions& options) {
  const std::string printable = Printable(name);
  return WithForeignErrors(printable, [&] {
    return ToUprightColours(DecodeAnyFormat(bytes, PngSamples::kExpanded, printable, options),
                            printable);
  });
}

cv::Mat OverWhite(const cv::Mat& photo) {
  if (photo.type() == CV_8UC3) return photo;
  if (photo.type() != CV_8UC4) throw std::invalid_argument("OverWhite: expected RGB or RGBA");
  cv::Mat rgb(photo.size(), CV_8UC3);
  for (int row = 0; row < photo.rows; ++row) {
    const auto* from = photo.ptr<cv::Vec4b>(row);
    auto* to = rgb.ptr<cv::Vec3b>(row);
    for (int col = 0; col < photo.cols; ++col) {
      const int alpha = from[col][3];
      for (int i = 0; i < 3; ++i)
        to[col][i] =
            static_cast<std::uint8_t>((from[col][i] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return rgb;
}

cv::Mat DecodeImage(std::span<const std::uint8_t> bytes, std::string_view name,
                    const ImageReadOptions& options) {
  return WithForeignErrors(Printable(name),
                           [&] { return OverWhite(DecodeWithAlpha(bytes, name, options)); });
}

cv::Mat ReadImage(const std::filesystem::path& path, const ImageReadOptions& options) {
  return DecodeImage(ReadFile(path), path.native(), options);
}

}  // namespace gradcut
