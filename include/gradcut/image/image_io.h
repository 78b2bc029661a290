#pragma once

#include "gradcut/core/options.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace gradcut {

struct ImageReadOptions {
  /// Larger images are refused from their header, before anything is allocated. In millions of
  /// pixels; a 120-megapixel photo needs about 0.5 GB while it is decoded.
  double max_megapixels = 120;
  /// Is told the rows and columns of an image before anything is allocated for it, maybe more than
  /// once; may be empty.
  std::function<void(std::int64_t rows, std::int64_t cols)> on_size = {};
};
void Describe(ImageReadOptions& options, OptionList& list);

/// Reads JPEG, PNG, WebP, TIFF, HEIC, AVIF, BMP or PNM as an image (RGB `CV_8UC3`), whatever the
/// file's extension. EXIF orientation is applied; samples of 1 to 16 bits and floating-point ones
/// in [0, 1] are scaled to 8 bits, grey is expanded, alpha is composited over white, CMYK is
/// converted without a colour profile; of several frames or pages the first is taken. Colour
/// profiles and gamma are ignored. Prints nothing.
///
/// Throws `Error` "PATH: cause" (one line, with the remedy where there is one) when the file is
/// missing, not readable, not an image, corrupt, truncated or too large.
cv::Mat ReadImage(const std::filesystem::path& path, const ImageReadOptions& options = {});

/// The same for bytes in memory; `name` stands for the path in messages.
cv::Mat DecodeImage(std::span<const std::uint8_t> bytes, std::string_view name,
                    const ImageReadOptions& options = {});

/// The same with what is transparent: RGBA (`CV_8UC4`, colours not multiplied by alpha) where the
/// file has alpha, else RGB.
cv::Mat DecodeWithAlpha(std::span<const std::uint8_t> bytes, std::string_view name,
                        const ImageReadOptions& options = {});

/// RGBA (`CV_8UC4`) composited over white: RGB `CV_8UC3`. RGB itself.
cv::Mat OverWhite(const cv::Mat& photo);

/// A PNG of 8-bit grey, RGB or RGBA pixels (`CV_8UC1`, `CV_8UC3`, `CV_8UC4`; colours in this
/// order), or of 16-bit grey (`CV_16UC1`). Compressed quickly. Pixels are the same everywhere; the
/// bytes that they are compressed to may differ between kinds of processors.
std::vector<std::uint8_t> EncodePng(const cv::Mat& pixels);

/// Some rows of a picture that need not be there as a whole. Asked for from the top down.
using RowSource = std::function<cv::Mat(const cv::Range& rows)>;

/// The same for a picture of that size and type, of which about a megabyte is there at a time.
/// Throws what `rows` throws.
std::vector<std::uint8_t> EncodePngRows(cv::Size size, int type, const RowSource& rows);

/// 256 RGB colours.
using Palette = std::array<cv::Vec3b, 256>;

/// The colour map of PASCAL VOC: the bits of the class index, three at a time, become the high bits
/// of red, green and blue.
Palette VocPalette();

/// A palette PNG whose indices are `labels` (`CV_8UC1`).
std::vector<std::uint8_t> EncodeIndexedPng(const cv::Mat& labels, const Palette& palette);

/// A JPEG of an image (RGB `CV_8UC3`) without chroma subsampling; `quality` in [1, 100].
std::vector<std::uint8_t> EncodeJpeg(const cv::Mat& rgb, int quality);

/// A WebP of RGB or RGBA pixels (`CV_8UC3`, `CV_8UC4`): lossless with `quality` 0, else lossy,
/// [1, 100]. Throws `Error` for a picture of more than 16383 pixels a side, which WebP cannot hold.
std::vector<std::uint8_t> EncodeWebp(const cv::Mat& pixels, int quality);

}  // namespace gradcut
