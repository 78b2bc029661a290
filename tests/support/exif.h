#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradcut {

/// What EXIF data say of a photo.
struct ExifFields {
  int orientation = 1;
  std::string maker = {};
  std::uint32_t width = 0;     ///< PixelXDimension; 0: none.
  std::string thumbnail = {};  ///< Its bytes; empty: none.
};

/// EXIF data from the TIFF header on, little-endian.
inline std::vector<std::uint8_t> Exif(const ExifFields& fields) {
  std::vector<std::uint8_t> data = {'I', 'I', 42, 0, 8, 0, 0, 0};
  const auto add = [&data](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) data.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  const auto entry = [&add](int tag, int type, std::uint32_t count, std::uint32_t value) {
    add(static_cast<std::uint32_t>(tag), 2);
    add(static_cast<std::uint32_t>(type), 2);
    add(count, 4);
    add(value, 4);
  };
  constexpr int kAscii = 2, kShort = 3, kLong = 4;
  const bool has_width = fields.width > 0;
  const std::uint32_t count = has_width ? 3 : 2;
  const std::uint32_t after = 8 + 2 + 12 * count + 4;  // The first directory.
  const auto maker_size = static_cast<std::uint32_t>(fields.maker.size() + 1);
  const std::uint32_t maker_at = after;
  const std::uint32_t exif_at = maker_at + maker_size + maker_size % 2;
  const std::uint32_t second_at = exif_at + (has_width ? 2 + 12 + 4 : 0);
  const std::uint32_t thumbnail_at = second_at + 2 + 2 * 12 + 4;
  add(count, 2);
  if (maker_size <= 4) {
    add(0x010f, 2), add(kAscii, 2), add(maker_size, 4);
    for (std::size_t i = 0; i < 4; ++i)
      add(i < fields.maker.size() ? static_cast<std::uint8_t>(fields.maker[i]) : 0, 1);
  } else {
    entry(0x010f, kAscii, maker_size, maker_at);
  }
  entry(0x0112, kShort, 1, static_cast<std::uint32_t>(fields.orientation));
  if (has_width) entry(0x8769, kLong, 1, exif_at);
  add(fields.thumbnail.empty() ? 0 : second_at, 4);
  data.insert(data.end(), fields.maker.begin(), fields.maker.end());
  add(0, 1 + static_cast<int>(maker_size % 2));
  if (has_width) {
    add(1, 2);
    entry(0xa002, kLong, 1, fields.width);
    add(0, 4);
  }
  if (fields.thumbnail.empty()) return data;
  add(2, 2);
  entry(0x0201, kLong, 1, thumbnail_at);
  entry(0x0202, kLong, 1, static_cast<std::uint32_t>(fields.thumbnail.size()));
  add(0, 4);
  data.insert(data.end(), fields.thumbnail.begin(), fields.thumbnail.end());
  return data;
}

}  // namespace gradcut
