#pragma once

#include "image/codec.h"

namespace gradcut {

// The images of a HEIC or AVIF file may be made of others: a grid of its tiles, an overlay of its
// layers; and have others, as their alpha. libheif, up to 1.15 at least, decodes them by calls
// within calls, whatever the file claims.
// Throws `Error` for one that is made of itself, or of too many others.
void CheckDerivedImages(Bytes bytes, const std::string& name);

}  // namespace gradcut
