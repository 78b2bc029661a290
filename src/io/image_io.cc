#include "gradcut/io/image_io.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "io/codec.h"
#include "io/format.h"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

cv::Mat OverWhite(const cv::Mat& rgba) {
  cv::Mat rgb(rgba.size(), CV_8UC3);
  for (int row = 0; row < rgba.rows; ++row) {
    const auto* from = rgba.ptr<cv::Vec4b>(row);
    auto* to = rgb.ptr<cv::Vec3b>(row);
    for (int col = 0; col < rgba.cols; ++col) {
      const int alpha = from[col][3];
      for (int i = 0; i < 3; ++i)
        to[col][i] =
            static_cast<std::uint8_t>((from[col][i] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return rgb;
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
}

DecodedImage DecodeAnyFormat(Bytes bytes, PngSamples samples, const std::string& name,
                             const ImageReadOptions& options) {
  switch (RecogniseFormat(bytes)) {
    case FileFormat::kJpeg:
      return DecodeJpeg(bytes, name, options);
    case FileFormat::kPng:
      return DecodePng(bytes, samples, name, options);
    case FileFormat::kWebp:
    case FileFormat::kTiff:
    case FileFormat::kBmp:
    case FileFormat::kPnm:
      return DecodeWithOpenCv(bytes, name, options);
    default:
      Fail("{}: {}", name, DescribeForeignFile(bytes));
  }
}

cv::Mat ToUprightRgb(const DecodedImage& decoded) {
  cv::Mat pixels = decoded.pixels;
  if (pixels.depth() == CV_16U) pixels.convertTo(pixels, CV_8U, 1.0 / 257);
  if (pixels.channels() == 1) cv::cvtColor(pixels, pixels, cv::COLOR_GRAY2RGB);
  if (pixels.channels() == 4) pixels = OverWhite(pixels);
  return ApplyOrientation(pixels, decoded.orientation);
}

cv::Mat DecodeImage(std::span<const std::uint8_t> bytes, std::string_view name,
                    const ImageReadOptions& options) {
  const std::string printable = Printable(name);
  return WithForeignErrors(printable, [&] {
    return ToUprightRgb(DecodeAnyFormat(bytes, PngSamples::kExpanded, printable, options));
  });
}

cv::Mat ReadImage(const std::filesystem::path& path, const ImageReadOptions& options) {
  return DecodeImage(ReadFile(path), path.native(), options);
}

}  // namespace gradcut
