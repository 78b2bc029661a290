#pragma once

#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

namespace gradcut {

/// Whether a range of bytes, of any type, begins with those of the text.
template <class Bytes>
bool StartsWith(const Bytes& bytes, std::string_view text) {
  static_assert(sizeof(*std::data(bytes)) == 1);
  return std::size(bytes) >= text.size() &&
         std::memcmp(std::data(bytes), text.data(), text.size()) == 0;
}

/// The bytes of a text, and the text that bytes are; both look at what is there.
inline std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view AsText(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The number that up to four bytes are, the most significant one first.
inline std::uint32_t BigEndian(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

/// The same, the least significant one first.
inline std::uint32_t LittleEndian(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

}  // namespace gradcut
