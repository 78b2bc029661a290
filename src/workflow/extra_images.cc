#include "workflow/extra_images.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <set>
#include <system_error>

namespace gradcut {

namespace fs = std::filesystem;

ImageLabels ReadExtraImages(const fs::path& labels, const fs::path& images,
                            std::span<const LabelledImage> labelled,
                            std::span<const std::string> known) {
  if (labels.empty()) return {};
  ImageLabels extra = ReadImageLabels({.labels = labels, .images = images}, known);
  RequireSomeImage(extra.images, labels, "--extra-images");
  std::set<fs::path> own;
  for (const LabelledImage& image : labelled) own.insert(CanonicalPath(image.path));
  std::erase_if(extra.images, [&](const LabelledImage& image) {
    return own.contains(CanonicalPath(image.path));
  });
  return extra;
}

void RequireSomeImage(std::span<const LabelledImage> images, const fs::path& labels,
                      std::string_view flag) {
  const auto exists = [](const LabelledImage& image) {
    std::error_code ignored;
    return fs::exists(image.path, ignored);
  };
  Require(std::any_of(images.begin(), images.end(), exists),
          "{}: none of its {} images is a file here, {} for one: name their folder with {}",
          Printable(labels), images.size(), Printable(images.front().path), flag);
}

}  // namespace gradcut
