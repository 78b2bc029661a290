#pragma once

#include "gradcut/core/error.h"
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"

#include <cstdint>
#include <new>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// What the decoders behind DecodeImage share. Names in messages are printable already.

using Bytes = std::span<const std::uint8_t>;

// Of an ICC profile; real ones have less than 4 MB.
inline constexpr std::size_t kMaxProfileBytes = 16 << 20;

// Throws `Error` when rows x cols is over the limit.
void CheckPixelCount(std::int64_t rows, std::int64_t cols, const std::string& name,
                     const ImageReadOptions& options);

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

enum class PngSamples {
  kExpanded,  // 8-bit RGB or RGBA
  kStored,    // palette indices or samples as in the file, 8 or 16 bits, 1 to 4 channels
};

// An image of any format, by the first bytes.
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
