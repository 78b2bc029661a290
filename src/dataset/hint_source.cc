#include "dataset/hint_source.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace gradcut {

std::string FewOf(std::span<const std::string> texts) {
  constexpr std::size_t kMost = 3;
  const auto shown = texts.first(std::min(texts.size(), kMost));
  std::string line = fmt::format("{}", fmt::join(shown, ", "));
  if (texts.size() > kMost) line += fmt::format(" and {} more", texts.size() - kMost);
  return line;
}

}  // namespace gradcut
