#pragma once

#include <string_view>

namespace gradcut {

// What names of images end in; where files differ in that alone, the first one is meant. A GIF
// cannot be decoded; being an image to everybody, it is said to fail.
inline constexpr std::string_view kImageExtensions[] = {
    ".jpg",  ".jpeg",  ".jpe",  ".jfif", ".mpo", ".png", ".apng", ".webp", ".tif", ".tiff", ".heic",
    ".heif", ".heics", ".avif", ".hif",  ".bmp", ".dib", ".ppm",  ".pnm",  ".pgm", ".pbm",  ".gif"};

}  // namespace gradcut
