#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gradcut {

/// The ICC profile of RGB colours that a JPEG, PNG, WebP or TIFF file carries: what its numbers
/// mean. Empty if there is none, it is of another kind of colours, or it is damaged.
std::vector<std::uint8_t> IccProfileOf(std::span<const std::uint8_t> file);

/// The PNG or JPEG file with that profile in it, before the pixels (chunk iCCP; segments APP2);
/// itself if `profile` is empty. Throws `std::invalid_argument` for another file.
std::vector<std::uint8_t> WithIccProfile(std::vector<std::uint8_t> file,
                                         std::span<const std::uint8_t> profile);

}  // namespace gradcut
