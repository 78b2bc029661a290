#pragma once

#include "image/codec.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gradcut {

// What libheif, up to 1.15 at least, cannot be given of a HEIC or AVIF file. Its images may be made
// of others, a grid of its tiles, an overlay of its layers, and have others, as their alpha:
// libheif decodes them by calls within calls, whatever the file claims. Throws `Error` for one that
// is made of itself, or of too many others.
//
// avifenc 0.11 says of the tiles of a grid, too, how the grid is turned. Other readers turn the
// grid alone, libheif puts turned tiles where they leave memory that nobody has written. Returns
// the file without what it says of tiles; empty where it says nothing.
std::vector<std::uint8_t> CheckedItems(Bytes bytes, const std::string& name);

}  // namespace gradcut
