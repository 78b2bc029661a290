#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodeHeif(Bytes bytes, const std::string& name, const ImageReadOptions& options);

// The ICC profile of the file; empty where there is none.
std::vector<std::uint8_t> HeifProfile(Bytes bytes);

// Its EXIF data, from the TIFF header on; empty where there are none.
std::vector<std::uint8_t> HeifExif(Bytes bytes);

}  // namespace gradcut
