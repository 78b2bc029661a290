#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodeWebp(Bytes bytes, const std::string& name, const ImageReadOptions& options);

// The ICC profile of the file; empty where there is none.
std::vector<std::uint8_t> WebpProfile(Bytes bytes);

}  // namespace gradcut
