#include "dataset/hint_source.h"

#include "gradcut/dataset/hint_lines.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>

namespace gradcut {

void AppendDrawn(const Hints& hints, Hints& all) {
  all.boxes.insert(all.boxes.end(), hints.boxes.begin(), hints.boxes.end());
  all.strokes.insert(all.strokes.end(), hints.strokes.begin(), hints.strokes.end());
  all.fill_holes |= hints.fill_holes;
  all.keep_largest |= hints.keep_largest;
}

std::string ContentOf(std::span<const HintPiece> pieces) {
  std::string text;
  for (std::size_t i = 0; i < pieces.size();) {
    Hints together;
    const cv::Size size = pieces[i].size;
    for (; i < pieces.size() && pieces[i].size == size; ++i) AppendDrawn(pieces[i].hints, together);
    if (!together.empty())
      text += fmt::format("{}x{} {}\n", size.width, size.height, HintsToJsonLine("", together));
  }
  return text;
}

std::string FewOf(std::span<const std::string> texts) {
  constexpr std::size_t kMost = 3;
  const auto shown = texts.first(std::min(texts.size(), kMost));
  std::string line = fmt::format("{}", fmt::join(shown, ", "));
  if (texts.size() > kMost) line += fmt::format(" and {} more", texts.size() - kMost);
  return line;
}

}  // namespace gradcut
