#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodePng(Bytes bytes, PngSamples samples, const std::string& name,
                       const ImageReadOptions& options);

// The ICC profile of the file; empty where there is none, or libpng finds it damaged.
std::vector<std::uint8_t> PngProfile(Bytes bytes);

// The EXIF data of the file that stand before its pixels; empty where there are none.
std::vector<std::uint8_t> PngExif(Bytes bytes);

}  // namespace gradcut
