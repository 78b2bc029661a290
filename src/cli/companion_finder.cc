#include "cli/companion_finder.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/listing.h"

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The path without its extension, as keys are.
std::string KeyOf(const fs::path& relative) {
  return (relative.parent_path() / relative.stem()).generic_string();
}

}  // namespace

CompanionFinder::CompanionFinder(const fs::path& folder, PredictionKind kind,
                                 const BatchFlags& flags) {
  const std::vector<Input> images = flags.streams() ? std::vector<Input>{{"-", "-"}}
                                                    : ListInputs(flags.inputs, flags.output).inputs;
  std::error_code error;
  Require(fs::exists(folder, error), "{}: there is no such file or folder", Printable(folder));
  if (!fs::is_directory(folder)) {
    Require(images.size() <= 1, "{}: is one file, for {} images; name a folder of {}",
            Printable(folder), images.size(),
            kind == PredictionKind::kHeatMaps ? "heat maps" : "masks");
    for (const Input& image : images) found_[image.path] = folder;
    return;
  }
  const auto files = FindPredictions(folder, kind, problems_);
  for (const std::string& problem : problems_) Console(flags.effective_log_level()).Error(problem);
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

fs::path CompanionFinder::Find(const fs::path& image) const {
  const auto found = found_.find(image);
  return found == found_.end() ? fs::path() : found->second;
}

ExitStatus CompanionFinder::Closing(ExitStatus run) const {
  return run == kExitDone && !problems_.empty() ? kExitFailed : run;
}

}  // namespace gradcut
