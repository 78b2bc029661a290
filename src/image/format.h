#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gradcut {

enum class FileFormat { kJpeg, kPng, kWebp, kTiff, kHeif, kBmp, kPnm, kNpy, kOther };

// The format by the first bytes; extensions are not trusted.
FileFormat RecogniseFormat(std::span<const std::uint8_t> bytes);

// What is said of cameras' raw files, which are told by their first bytes or, inside of a TIFF, by
// what its first image is.
inline constexpr std::string_view kIsCameraRaw =
    "is a camera RAW image, which is not supported: take out the JPEG that the camera put into it "
    "(exiv2 -ep FILE), or convert it to PNG or JPEG";

// For bytes that are no image we read: what they look like and the remedy, for instance "is a GIF
// image, which is not supported: convert it to PNG or JPEG".
std::string DescribeForeignFile(std::span<const std::uint8_t> bytes);

}  // namespace gradcut
