#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodePng(Bytes bytes, PngSamples samples, const std::string& name,
                       const ImageReadOptions& options);

// The ICC profile of the file; empty where there is none, or libpng finds it damaged.
std::vector<std::uint8_t> PngProfile(Bytes bytes);

}  // namespace gradcut
