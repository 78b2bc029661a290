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
  // Grey or RGB and, where the file has one, alpha, which is not multiplied in. 8-bit, 16-bit or
  // floating-point samples; integers of other sizes are in `CV_64F`.
  cv::Mat pixels;
  int orientation = 1;                  // EXIF
  bool palette = false;                 // the pixels are palette indices
  std::vector<cv::Vec3b> colours = {};  // the palette, RGB
  double white = 255;                   // the largest sample that the file could hold
  bool real = false;                    // floating-point samples in the file; 1 is white
};

// Grey or RGB, 8 bits.
DecodedImage DecodeJpeg(Bytes bytes, const std::string& name, const ImageReadOptions& options);

enum class PngSamples {
  kExpanded,  // 8-bit RGB or RGBA
  kStored,    // palette indices or samples as in the file, 8 or 16 bits, 1 to 4 channels
};
DecodedImage DecodePng(Bytes bytes, PngSamples samples, const std::string& name,
                       const ImageReadOptions& options);

DecodedImage DecodeWebp(Bytes bytes, const std::string& name, const ImageReadOptions& options);
DecodedImage DecodeTiff(Bytes bytes, const std::string& name, const ImageReadOptions& options);
DecodedImage DecodeHeif(Bytes bytes, const std::string& name, const ImageReadOptions& options);
DecodedImage DecodeBmp(Bytes bytes, const std::string& name, const ImageReadOptions& options);
DecodedImage DecodePnm(Bytes bytes, const std::string& name, const ImageReadOptions& options);

// The ICC profiles of these files; empty where there is none.
std::vector<std::uint8_t> WebpProfile(Bytes bytes);
std::vector<std::uint8_t> HeifProfile(Bytes bytes);

// Any of the above, by the first bytes.
DecodedImage DecodeAnyFormat(Bytes bytes, PngSamples samples, const std::string& name,
                             const ImageReadOptions& options);

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
