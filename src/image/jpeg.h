#pragma once

#include "image/codec.h"

namespace gradcut {

// Grey or RGB, 8 bits.
DecodedImage DecodeJpeg(Bytes bytes, const std::string& name, const ImageReadOptions& options);

// The EXIF data of the file, from the TIFF header on; empty where there are none.
std::vector<std::uint8_t> JpegExif(Bytes bytes);

}  // namespace gradcut
