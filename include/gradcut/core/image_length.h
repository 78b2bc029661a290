#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gradcut {

/// A length on an image: pixels, or percent of the longer side of something ("3", "1.5%").
struct ImageLength {
  double value = 0;
  bool percent = false;

  ImageLength() = default;
  ImageLength(double pixels) : value(pixels) {}  // NOLINT(google-explicit-constructor)
  ImageLength(double number, bool is_percent) : value(number), percent(is_percent) {}

  double Pixels(int longer_side) const { return percent ? value / 100 * longer_side : value; }

  friend bool operator==(const ImageLength&, const ImageLength&) = default;
};

/// The length that a text is: a number >= 0, maybe with '%' behind it; nothing for another text.
std::optional<ImageLength> ParseImageLength(std::string_view text);

std::string TextOf(const ImageLength& length);

}  // namespace gradcut
