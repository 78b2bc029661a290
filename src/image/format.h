#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace gradcut {

enum class FileFormat { kJpeg, kPng, kWebp, kTiff, kHeif, kBmp, kPnm, kNpy, kOther };

// The format by the first bytes; extensions are not trusted.
FileFormat RecogniseFormat(std::span<const std::uint8_t> bytes);

// For bytes that are no image we read: what they look like and the remedy, for instance "is a GIF
// image, which is not supported: convert it to PNG or JPEG".
std::string DescribeForeignFile(std::span<const std::uint8_t> bytes);

}  // namespace gradcut
