#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodeBmp(Bytes bytes, const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
