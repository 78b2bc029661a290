#include "gradcut/run/outputs.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace gradcut {
namespace {

struct KindTraits {
  OutputKind kind;
  std::string_view name;
  std::string_view suffix;
  std::string_view folder = {};  // Of its own beside the rest.
};

constexpr std::array<KindTraits, 14> kKinds = {{
    {OutputKind::kMask, "mask", ".png"},
    {OutputKind::kHeatMap, "heatmap", ".heatmap.png"},
    {OutputKind::kProbability, "probability", ".probability.npy"},
    {OutputKind::kRaw, "raw", ".raw.npy"},
    {OutputKind::kOverlay, "overlay", ".overlay.jpg"},
    {OutputKind::kCutout, "cutout", ".cutout.png"},
    {OutputKind::kCutoutWebp, "cutout", ".cutout.webp"},
    {OutputKind::kCutoutJpeg, "cutout", ".cutout.jpg"},
    {OutputKind::kInstances, "instances", ".instances.png"},
    {OutputKind::kCam, "cam", ".cam.npy"},
    {OutputKind::kLabels, "labels", ".png", "SegmentationClass"},  // As in a VOC devkit.
    {OutputKind::kIndex, "index", ".png", "index"},
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

std::vector<std::string> OutputNames(const std::vector<OutputKind>& kinds) {
  std::vector<std::string> names;
  for (const OutputKind kind : kinds)
    if (const std::string name(OutputName(kind));
        std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  return names;
}

bool IsCutout(OutputKind kind) { return OutputName(kind) == "cutout"; }

std::filesystem::path OutputExtension(OutputKind kind) {
  return std::filesystem::path("any" + std::string(Traits(kind).suffix)).extension();
}

std::vector<OutputKind> ParseOutputs(const std::vector<std::string>& names,
                                     const std::vector<OutputKind>& allowed) {
  std::vector<OutputKind> kinds;
  for (const std::string& list : names) {
    for (const std::string& word : SplitAtCommas(list)) {
      const auto found = std::find_if(allowed.begin(), allowed.end(),
                                      [&](OutputKind kind) { return OutputName(kind) == word; });
      if (found == allowed.end())
        throw UsageError(fmt::format("--save {}: expected {}, separated by commas", word,
                                     fmt::join(OutputNames(allowed), ", ")));
      if (std::find(kinds.begin(), kinds.end(), *found) == kinds.end()) kinds.push_back(*found);
    }
  }
  if (kinds.empty()) throw UsageError("--save names nothing to save");
  return kinds;
}

std::filesystem::path OutputPath(const std::filesystem::path& relative, OutputKind kind) {
  std::filesystem::path path = relative;
  path.replace_filename(relative.stem().string() + std::string(Traits(kind).suffix));
  return Traits(kind).folder / path;
}

std::filesystem::path FindSibling(const std::filesystem::path& folder,
                                  const std::filesystem::path& output, OutputKind kind) {
  std::string name = output.string();
  std::string_view longest;
  for (const KindTraits& traits : kKinds)
    if (name.ends_with(traits.suffix) && traits.suffix.size() > longest.size())
      longest = traits.suffix;
  name.resize(name.size() - longest.size());
  std::vector<std::string> names = {name};
  for (const KindTraits& traits : kKinds)
    if (const std::string within = std::string(traits.folder) + "/"; name.starts_with(within))
      names.push_back(name.substr(within.size()));
  for (const std::string& candidate : names) {
    std::filesystem::path path = folder / OutputPath(candidate + ".any", kind);
    if (std::error_code ignored; std::filesystem::exists(path, ignored)) return path;
  }
  return {};
}

bool EndsLikeOutput(const std::filesystem::path& path) {
  const std::string extension = LowerExtension(path);
  const std::vector<OutputKind> kinds = AllOutputKinds();
  return extension == ".jpeg" || std::any_of(kinds.begin(), kinds.end(), [&](OutputKind kind) {
           return OutputExtension(kind) == extension;
         });
}

}  // namespace gradcut
