#pragma once

#include "image/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gradcut {

struct StreamSize {
  std::uint32_t cols;
  std::uint32_t rows;
};

// The sizes of the pictures in the streams (HEVC, AV1) of a HEIC or AVIF file, as the streams
// themselves tell them: libheif's decoders allocate that much, whatever the file says of its
// images, and have no limit that could be set. Throws `Error` where images share their data in a
// way that no encoder writes.
std::vector<StreamSize> StreamSizes(Bytes bytes, const std::string& name);

}  // namespace gradcut
