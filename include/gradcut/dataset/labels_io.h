#pragma once

#include "gradcut/image/image_io.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Reads a heat map, `CV_32FC1` in [0, 1]: a grey image (8-bit values / 255, 16-bit / 65535,
/// floating point as they are; with a palette of greys or an opaque alpha channel too), or a
/// two-dimensional .npy array (uint8 / 255, uint16 / 65535, bool and floating point as they are).
/// Throws `Error` "PATH: cause" for what `ReadImage` refuses, colours, NaN, and values outside
/// [0, 1] (naming the range).
cv::Mat ReadHeatMap(const std::filesystem::path& path, const ImageReadOptions& options = {});

}  // namespace gradcut
