#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace gradcut {

/// The SHA-256 of the bytes as 64 lower-case hexadecimal digits.
std::string Sha256(std::span<const std::byte> bytes);

/// The first eight bytes of the SHA-256 as a number, big-endian: its first 16 digits.
std::uint64_t Sha256Number(std::span<const std::byte> bytes);

}  // namespace gradcut
