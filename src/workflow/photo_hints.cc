#include "workflow/photo_hints.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

namespace gradcut {
namespace {

std::vector<Input> PhotosOf(const BatchOptions& options) {
  if (options.watch) throw UsageError("--hints: goes without --watch");
  if (!options.files.empty()) return options.files;
  if (options.streams()) return {{"-", "-"}};
  return ListInputs(options.inputs, options.names_file() ? std::string() : options.output).inputs;
}

}  // namespace

PhotoHints::PhotoHints(const std::vector<std::filesystem::path>& paths, HintImages images,
                       const BatchOptions& options, const RunControl& control)
    : PhotoHints(PhotosOf(options), paths, images, options.read) {
  for (const std::string& line : files_.Warnings()) control.Warning(line);
}

PhotoHints::PhotoHints(std::vector<Input> photos, const std::vector<std::filesystem::path>& paths,
                       HintImages images, const ImageReadOptions& read)
    : files_(paths, images, photos, read) {
  for (const Input& photo : photos) photos_.emplace(photo.path, photo);
  for (const std::filesystem::path& path : paths) paths_.push_back(CanonicalPath(path).string());
}

const Input& PhotoHints::InputOf(const std::filesystem::path& photo) const {
  const auto found = photos_.find(photo);
  Require(found != photos_.end(), "{}: was not there when the hints were read", Printable(photo));
  return found->second;
}

Hints PhotoHints::Find(const PhotoSource& photo, cv::Size size) const {
  return files_.Find(InputOf(photo.path), size, photo.bytes);
}

std::string PhotoHints::Digest(const std::filesystem::path& photo) const {
  return files_.Digest(InputOf(photo));
}

}  // namespace gradcut
