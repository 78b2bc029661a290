#pragma once

#include "gradcut/dataset/image_labels.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// More labelled images, of which those that are among `labelled` are left out. `labels` is empty:
// none. Throws like `ReadImageLabels`, and where not one of the images is a file.
ImageLabels ReadExtraImages(const std::filesystem::path& labels,
                            const std::filesystem::path& images,
                            std::span<const LabelledImage> labelled,
                            std::span<const std::string> known = {});

// Throws `Error` unless one of the images is a file: else each would be said to be missing. `flag`
// names their folder.
void RequireSomeImage(std::span<const LabelledImage> images, const std::filesystem::path& labels,
                      std::string_view flag);

}  // namespace gradcut
