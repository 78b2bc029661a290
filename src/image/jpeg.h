#pragma once

#include "image/codec.h"

namespace gradcut {

// Grey or RGB, 8 bits.
DecodedImage DecodeJpeg(Bytes bytes, const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
