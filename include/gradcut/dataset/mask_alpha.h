#pragma once

#include "gradcut/image/image_io.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A mask file as how much of each pixel is object.
struct MaskAlpha {
  cv::Mat alpha;      ///< `CV_8UC1`, 255 is all of it.
  bool soft = false;  ///< Whether there is anything between 0 and 255.
};

/// Reads any file that `ReadTruth` reads, by the same rules of what its values mean. Greys that
/// would be object from half of white on keep their values (16 bits and fractions scaled), and so
/// does the alpha of cut-outs; of indices and ids all but 0 and void is object. EXIF orientation is
/// not applied. Throws likewise.
MaskAlpha ReadMaskAlpha(const std::filesystem::path& path, const ImageReadOptions& options = {});

}  // namespace gradcut
