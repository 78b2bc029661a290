#pragma once

#include "image/codec.h"

#include <cstdint>
#include <vector>

namespace gradcut {

// What libexif expects before the TIFF header.
inline constexpr std::uint8_t kExifHeader[] = {'E', 'x', 'i', 'f', 0, 0};

// The EXIF data of a file, from the TIFF header on, as those of the picture turned upright; see
// `MetadataOf`.
std::vector<std::uint8_t> UprightExifOf(Bytes file);

}  // namespace gradcut
