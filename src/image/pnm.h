#pragma once

#include "image/codec.h"

namespace gradcut {

DecodedImage DecodePnm(Bytes bytes, const std::string& name, const ImageReadOptions& options);

}  // namespace gradcut
