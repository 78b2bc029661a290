#include "cli/outputs.h"

#include "cli/exit_status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <sstream>

namespace gradcut {
namespace {

struct KindTraits {
  OutputKind kind;
  std::string_view name;
  std::string_view suffix;
};

// As in a VOC devkit.
constexpr char kLabelFolder[] = "SegmentationClass";

constexpr std::array<KindTraits, 9> kKinds = {{
    {OutputKind::kMask, "mask", ".png"},
    {OutputKind::kHeatMap, "heatmap", ".heatmap.png"},
    {OutputKind::kProbability, "probability", ".probability.npy"},
    {OutputKind::kOverlay, "overlay", ".overlay.jpg"},
    {OutputKind::kCutout, "cutout", ".cutout.png"},
    {OutputKind::kCam, "cam", ".cam.npy"},
    {OutputKind::kLabels, "labels", ".png"},
    {OutputKind::kExplanation, "explanation", ".explanation.jpg"},
    {OutputKind::kAdversarial, "adversarial", ".adversarial.png"},
}};

const KindTraits& Traits(OutputKind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const KindTraits& traits) { return traits.kind == kind; });
}

}  // namespace

std::vector<OutputKind> AllOutputKinds() {
  std::vector<OutputKind> kinds;
  for (const KindTraits& traits : kKinds) kinds.push_back(traits.kind);
  return kinds;
}

std::string_view OutputName(OutputKind kind) { return Traits(kind).name; }

std::vector<OutputKind> ParseOutputs(const std::vector<std::string>& names,
                                     const std::vector<OutputKind>& allowed) {
  std::vector<OutputKind> kinds;
  for (const std::string& list : names) {
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
      const auto found = std::find_if(allowed.begin(), allowed.end(),
                                      [&](OutputKind kind) { return OutputName(kind) == word; });
      if (found == allowed.end()) {
        std::vector<std::string_view> known;
        for (const OutputKind kind : allowed) known.push_back(OutputName(kind));
        throw UsageError(fmt::format("--save {}: expected {}, separated by commas", word,
                                     fmt::join(known, ", ")));
      }
      if (std::find(kinds.begin(), kinds.end(), *found) == kinds.end()) kinds.push_back(*found);
    }
  }
  if (kinds.empty()) throw UsageError("--save names nothing to save");
  return kinds;
}

std::filesystem::path OutputPath(const std::filesystem::path& relative, OutputKind kind) {
  std::filesystem::path path = relative;
  path.replace_filename(relative.stem().string() + std::string(Traits(kind).suffix));
  return kind == OutputKind::kLabels ? std::filesystem::path(kLabelFolder) / path : path;
}

std::filesystem::path SiblingOutput(const std::filesystem::path& output, OutputKind kind) {
  std::string name = output.filename().string();
  std::string_view longest;
  for (const KindTraits& traits : kKinds)
    if (name.ends_with(traits.suffix) && traits.suffix.size() > longest.size())
      longest = traits.suffix;
  name.resize(name.size() - longest.size());
  return output.parent_path() / (name + std::string(Traits(kind).suffix));
}

}  // namespace gradcut
