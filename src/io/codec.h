#pragma once

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/image_io.h"

#include <cstdint>
#include <new>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <vector>

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
  cv::Mat pixels;                       // 1 to 4 channels; colours as RGB or RGBA
  int orientation = 1;                  // EXIF
  bool palette = false;                 // the pixels are palette indices
  std::vector<cv::Vec3b> colours = {};  // the palette, RGB
  int white = 255;                      // the largest sample that the file could hold
};

// Grey or RGB, 8 bits.
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

// Any of the above, by the first bytes.
DecodedImage DecodeAnyFormat(Bytes bytes, PngSamples samples, const std::string& name,
                             const ImageReadOptions& options);

// RGB `CV_8UC3` out of any of the above, upright. `decoded.palette` must be false.
cv::Mat ToUprightRgb(const DecodedImage& decoded);

// The result of `action`; what OpenCV and the allocator throw becomes an `Error` about `name`.
template <class Action>
auto WithForeignErrors(const std::string& name, const Action& action) {
  try {
    return action();
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNoMem) Fail("{}: does not fit into memory", name);
    Fail("{}: cannot be decoded: {}", name, Printable(error.err));
  } catch (const std::bad_alloc&) {
    Fail("{}: does not fit into memory", name);
  }
}

}  // namespace gradcut
