#include "run/companion_finder.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/storage/file.h"

#include <fmt/format.h>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

}  // namespace

CompanionFinder::CompanionFinder(const fs::path& folder, PredictionKind kind,
                                 const BatchOptions& options, const RunControl& control) {
  const std::vector<Input> images = options.streams()
                                        ? std::vector<Input>{{"-", "-"}}
                                        : ListInputs(options.inputs, options.output).inputs;
  std::error_code error;
  Require(fs::exists(folder, error), "{}: there is no such file or folder", Printable(folder));
  const char* const kinds = kind == PredictionKind::kHeatMaps ? "heat maps" : "masks";
  if (fs::equivalent(folder, options.output, error))
    throw UsageError(fmt::format("-o {}: is where the {} are that are read; name another place",
                                 Printable(options.output), kinds));
  if (!fs::is_directory(folder)) {
    Require(images.size() <= 1, "{}: is one file, for {} images; name a folder of {}",
            Printable(folder), images.size(), kinds);
    for (const Input& image : images) found_[image.path] = folder;
    return;
  }
  std::vector<fs::path> relative;
  for (const Input& image : images) relative.push_back(image.relative);
  Companions companions = FindCompanions(relative, folder, kind);
  problems_ = companions.problems.size();
  for (const std::string& problem : companions.problems) control.Error(problem);
  for (std::size_t i = 0; i < images.size(); ++i)
    if (!companions.files[i].empty()) found_[images[i].path] = companions.files[i];
}

fs::path CompanionFinder::Find(const fs::path& image) const {
  const auto found = found_.find(image);
  return found == found_.end() ? fs::path() : found->second;
}

}  // namespace gradcut
