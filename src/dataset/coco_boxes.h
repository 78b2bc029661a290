#pragma once

#include "dataset/named_hints.h"

#include <filesystem>
#include <vector>

namespace gradcut {

// The boxes in a file of COCO's form, an entry for each image; see `HintFiles`. An annotation of an
// unknown category is an error of its image alone. Segmentations are not kept in memory. Throws
// `Error` "FILE: cause".
std::vector<NamedEntry> ReadCocoBoxes(const std::filesystem::path& path);

}  // namespace gradcut
