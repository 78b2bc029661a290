#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// What a TIFF of one strip without compression holds.
struct TiffContent {
  int cols = 1;
  int rows = 1;
  int bands = 1;
  int bits = 8;
  int format = 1;               ///< 1: unsigned, 2: signed, 3: floating point.
  int photometric = 1;          ///< 0: white is zero, 1: grey, 2: RGB, 3: palette, 5: CMYK, 8: Lab.
  std::vector<int> extra = {};  ///< Of the last bands; 0: unspecified, 1: associated alpha, 2: not.
  std::vector<int> palette = {};  ///< 16-bit: all reds, all greens, all blues.
  std::string samples = {};
};

/// That file, in the byte order of small computers.
inline std::vector<std::uint8_t> TiffOf(const TiffContent& content) {
  std::vector<std::uint8_t> file = {'I', 'I', 42, 0, 8, 0, 0, 0}, behind;
  const auto append = [](std::vector<std::uint8_t>& to, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
  };
  std::vector<std::pair<int, std::vector<int>>> fields = {
      {256, {content.cols}},
      {257, {content.rows}},
      {258, std::vector<int>(static_cast<std::size_t>(content.bands), content.bits)},
      {259, {1}},
      {262, {content.photometric}},
      {273, {0}},
      {277, {content.bands}},
      {278, {content.rows}},
      {279, {static_cast<int>(content.samples.size())}},
      {284, {1}}};
  if (!content.palette.empty()) fields.emplace_back(320, content.palette);
  if (!content.extra.empty()) fields.emplace_back(338, content.extra);
  fields.emplace_back(339,
                      std::vector<int>(static_cast<std::size_t>(content.bands), content.format));
  const std::size_t start = 8 + 2 + 12 * fields.size() + 4;
  append(file, static_cast<std::uint32_t>(fields.size()), 2);
  for (const auto& [tag, values] : fields) {
    const bool wide = tag == 273 || tag == 279;  // Else 16-bit values.
    append(file, static_cast<std::uint32_t>(tag), 2);
    append(file, wide ? 4 : 3, 2);
    append(file, static_cast<std::uint32_t>(values.size()), 4);
    if (tag == 273) {
      append(file, 0, 4);  // Known at the end.
    } else if (wide) {
      append(file, static_cast<std::uint32_t>(values[0]), 4);
    } else if (values.size() <= 2) {
      append(file, static_cast<std::uint32_t>(values[0]), 2);
      append(file, values.size() == 2 ? static_cast<std::uint32_t>(values[1]) : 0, 2);
    } else {
      append(file, static_cast<std::uint32_t>(start + behind.size()), 4);
      for (const int value : values) append(behind, static_cast<std::uint32_t>(value), 2);
    }
  }
  append(file, 0, 4);
  file.insert(file.end(), behind.begin(), behind.end());
  constexpr std::size_t kOffsetOfStrip = 8 + 2 + 12 * 5 + 8;
  const std::size_t strip = file.size();
  for (std::size_t i = 0; i < 4; ++i)
    file[kOffsetOfStrip + i] = static_cast<std::uint8_t>(strip >> 8 * i);
  file.insert(file.end(), content.samples.begin(), content.samples.end());
  return file;
}

}  // namespace gradcut
