#pragma once

#include "gradcut/image/image_io.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// How a mask file told its labels; what they mean (class indices, or 0 and anything else) is for
/// the reader to decide.
enum class MaskForm {
  kPalette,     ///< Index PNG: the palette index.
  kVocColours,  ///< Colour image with colours of `VocPalette` only: their index; 0 where
                ///< transparent.
  kGrey,        ///< Grey image: its values.
  kAlpha,       ///< Cut-out: 255 where alpha is at least half, else 0.
  kArray,       ///< .npy of whole numbers: its values.
  kFractions,   ///< Array or image of numbers from 0 to 1: 255 times them, rounded.
};

struct MaskFile {
  /// `CV_8UC1`, or `CV_32SC1` where a value is not in [0, 255].
  cv::Mat labels;

  MaskForm form = MaskForm::kGrey;

  /// What is white in a file of grey values or an array: 255, or 65535 where a value is above 255.
  /// 0 where numbers are but numbers: fewer than 8 bits, or more than 16.
  int white = 255;

  /// The indices of an index PNG that shows but grey values (which are `labels`, the form is
  /// `kGrey`) with a palette of more than that. Else empty.
  cv::Mat indices = {};

  /// Of a cut-out: its alpha, `CV_8UC1`. Else empty.
  cv::Mat alpha = {};
};

/// Reads a mask from a PNG, another image file or a two-dimensional .npy array (axes of size 1 may
/// be added). EXIF orientation is not applied. An index PNG whose pixels are all shown grey holds
/// grey values, unless its colours are those of `VocPalette` or black and white, in this order. A
/// colour image with an opaque alpha channel counts as one without, unless it is a photo.
///
/// Throws `Error` "PATH: cause" for what `ReadImage` refuses, a value that is neither a whole
/// number nor from 0 to 1 (naming value, row and column), and a colour image that is no mask.
MaskFile ReadMask(const std::filesystem::path& path, const ImageReadOptions& options = {});

}  // namespace gradcut
