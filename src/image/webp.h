#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodeWebp(Bytes bytes, const std::string& name, const ImageReadOptions& options);

// The ICC profile of the file; empty where there is none.
std::vector<std::uint8_t> WebpProfile(Bytes bytes);

// The EXIF data of the file, from the TIFF header on; empty where there are none.
std::vector<std::uint8_t> WebpExif(Bytes bytes);

// The file with these two besides, as far as they are not empty.
std::vector<std::uint8_t> WithWebpChunks(Bytes file, Bytes profile, Bytes exif);

}  // namespace gradcut
