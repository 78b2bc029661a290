#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gradcut {

/// What a photo's file tells beside its pixels.
struct PhotoMetadata {
  std::vector<std::uint8_t> icc = {};   ///< See `IccProfileOf`.
  std::vector<std::uint8_t> exif = {};  ///< From the TIFF header on, of an upright picture.
};

/// That of a JPEG, PNG, WebP, HEIC or AVIF file, and the profile of a TIFF file. The EXIF data are
/// those of the file turned upright: orientation 1. What they say of the picture's size is left
/// out, and so is the small picture in them. Empty where there is nothing, or it is damaged.
PhotoMetadata MetadataOf(std::span<const std::uint8_t> file);

/// The PNG, JPEG or WebP file (as the functions of `image_io.h` make them) with these besides:
/// before the pixels in PNG (chunks iCCP, eXIf) and JPEG (segments APP1, APP2). EXIF data of more
/// than 64 KB do not fit into a JPEG and are left out. Throws `std::invalid_argument` for another
/// file.
std::vector<std::uint8_t> WithMetadata(std::vector<std::uint8_t> file,
                                       const PhotoMetadata& metadata);

}  // namespace gradcut
