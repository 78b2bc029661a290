#pragma once

#include "gradcut/io/image_io.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How a mask file told its labels; what they mean (class indices, or 0 and anything else) is for
/// the reader to decide.
enum class MaskForm {
  kPalette,     ///< Index PNG: the palette index.
  kVocColours,  ///< Colour image with colours of `VocPalette` only: their index.
  kGrey,        ///< Grey image: its values.
  kAlpha,       ///< Cut-out: 255 where alpha is at least half, else 0.
  kArray,       ///< .npy: its values.
};

struct MaskFile {
  cv::Mat labels;  ///< `CV_8UC1`
  MaskForm form = MaskForm::kGrey;
};

/// Reads a mask from a PNG, another image file or a two-dimensional .npy array (axes of size 1 may
/// be added). EXIF orientation is not applied. 16-bit masks of 0 and 65535 become 0 and 255. A
/// colour image with an opaque alpha channel counts as one without, unless it is a photo.
///
/// Throws `Error` "PATH: cause" for what `ReadImage` refuses, a value that is not a whole number in
/// [0, 255] (naming value, row and column), and a colour image that is no mask.
MaskFile ReadMask(const std::filesystem::path& path, const ImageReadOptions& options = {});

/// Reads a heat map, `CV_32FC1` in [0, 1]: a grey image (8-bit values / 255, 16-bit / 65535,
/// floating point as they are; with a palette of greys or an opaque alpha channel too), or a
/// two-dimensional .npy array (uint8 / 255, uint16 / 65535, bool and floating point as they are).
/// Throws `Error` "PATH: cause" for what `ReadImage` refuses, colours, NaN, and values outside
/// [0, 1] (naming the range).
cv::Mat ReadHeatMap(const std::filesystem::path& path, const ImageReadOptions& options = {});

}  // namespace gradcut
