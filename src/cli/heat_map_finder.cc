#include "cli/heat_map_finder.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/metrics/pairing.h"

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The path without its extension, as keys are.
std::string KeyOf(const fs::path& relative) {
  return (relative.parent_path() / relative.stem()).generic_string();
}

}  // namespace

HeatMapFinder::HeatMapFinder(fs::path heat_maps, std::span<const Input> images)
    : heat_maps_(std::move(heat_maps)) {
  std::error_code error;
  Require(fs::exists(heat_maps_, error), "{}: there is no such file or folder",
          Printable(heat_maps_));
  if (!fs::is_directory(heat_maps_)) {
    Require(images.size() <= 1, "{}: is one file, for {} images; name a folder of heat maps",
            Printable(heat_maps_), images.size());
    for (const Input& image : images) found_[image.path] = heat_maps_;
    return;
  }
  const auto files = FindPredictions(heat_maps_, PredictionKind::kHeatMaps, problems_);
  std::map<std::string, std::vector<fs::path>> by_stem;
  for (const auto& [key, file] : files) by_stem[fs::path(key).filename().string()].push_back(file);
  for (const Input& image : images) {
    const std::string key = KeyOf(image.relative);
    if (const auto same = files.find(key); same != files.end()) {
      found_[image.path] = same->second;
      continue;
    }
    const auto alike = by_stem.find(fs::path(key).filename().string());
    if (alike != by_stem.end() && alike->second.size() == 1)
      found_[image.path] = alike->second.front();
  }
}

fs::path HeatMapFinder::Find(const fs::path& image) const {
  const auto found = found_.find(image);
  Require(found != found_.end(), "{}: has no heat map in {}", Printable(image),
          Printable(heat_maps_));
  return found->second;
}

}  // namespace gradcut
