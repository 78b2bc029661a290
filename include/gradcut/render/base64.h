#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace gradcut {

/// The bytes in base 64 (RFC 4648, section 4), padded, in one line.
std::string EncodeBase64(std::span<const std::uint8_t> bytes);

}  // namespace gradcut
