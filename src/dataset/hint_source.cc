#include "dataset/hint_source.h"

#include "gradcut/dataset/hint_lines.h"
#include "gradcut/storage/file.h"

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

std::vector<std::string> WarningOfUnused(const std::string& file, std::string_view noun,
                                         std::span<const std::string> unused, std::size_t count) {
  if (unused.empty()) return {};
  std::vector<std::string> quoted;
  for (const std::string& each : unused) quoted.push_back(fmt::format("'{}'", Printable(each)));
  return {fmt::format("{}: {} of {} {} belong to no image: {}", file, unused.size(), count, noun,
                      FewOf(quoted))};
}

std::string FewOf(std::span<const std::string> texts) {
  constexpr std::size_t kMost = 3;
  const auto shown = texts.first(std::min(texts.size(), kMost));
  std::string line = fmt::format("{}", fmt::join(shown, ", "));
  if (texts.size() > kMost) line += fmt::format(" and {} more", texts.size() - kMost);
  return line;
}

}  // namespace gradcut
