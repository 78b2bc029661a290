#pragma once

#include "gradcut/io/image_io.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>

namespace gradcut {

// What the decoders behind DecodeImage share. Names in messages are printable already.

using Bytes = std::span<const std::uint8_t>;

// Throws `Error` when rows x cols is over the limit.
void CheckPixelCount(std::int64_t rows, std::int64_t cols, const std::string& name,
                     const ImageReadOptions& options);

// The EXIF orientation (1-8) in a block that starts with a TIFF header; 1 if there is none.
int ExifOrientation(Bytes tiff);

// The image turned upright. May return `image` itself.
cv::Mat ApplyOrientation(const cv::Mat& image, int orientation);

struct DecodedImage {
  cv::Mat pixels;        // 1 to 4 channels; colours as RGB or RGBA
  int orientation = 1;   // EXIF
  bool palette = false;  // the pixels are palette indices
};

// RGB `CV_8UC3`.
DecodedImage DecodeJpeg(Bytes bytes, const std::string& name, const ImageReadOptions& options);

enum class PngSamples {
  kExpanded,  // 8-bit RGB or RGBA
  kStored,    // palette indices or samples as in the file, 8 or 16 bits, 1 to 4 channels
};
DecodedImage DecodePng(Bytes bytes, PngSamples samples, const std::string& name,
                       const ImageReadOptions& options);

// WebP, TIFF, BMP and PNM: 8 or 16 bits, 1, 3 or 4 channels.
DecodedImage DecodeWithOpenCv(Bytes bytes, const std::string& name,
                              const ImageReadOptions& options);

// RGB `CV_8UC3` out of any of the above, upright. `decoded.palette` must be false.
cv::Mat ToUprightRgb(const DecodedImage& decoded);

}  // namespace gradcut
