#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace gradcut {

/// The ICC profile of RGB colours that a JPEG, PNG, WebP or TIFF file carries: what its numbers
/// mean. Empty if there is none, it is of another kind of colours, or it is damaged.
std::vector<std::uint8_t> IccProfileOf(std::span<const std::uint8_t> file);

}  // namespace gradcut
