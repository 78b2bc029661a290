#include "gradcut/core/image_length.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace gradcut {

std::optional<ImageLength> ParseImageLength(std::string_view text) {
  ImageLength length;
  length.percent = text.ends_with('%');
  if (length.percent) text.remove_suffix(1);
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, length.value);
  if (error != std::errc() || end != last || !std::isfinite(length.value) || length.value < 0)
    return std::nullopt;
  return length;
}

std::string TextOf(const ImageLength& length) {
  return fmt::format("{}{}", length.value, length.percent ? "%" : "");
}

}  // namespace gradcut
