#pragma once

#include "dataset/named_hints.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace gradcut {

// What a file of COCO's form says.
struct CocoBoxes {
  std::vector<NamedEntry> entries;  // One for each image.
  std::size_t crowds = 0;           // Annotations of crowds, which are left out.
};

// The boxes in a file of COCO's form; see `HintFiles`. An annotation without a box or of an unknown
// category is an error of its image alone. Segmentations are not kept in memory. Throws `Error`
// "FILE: cause".
CocoBoxes ReadCocoBoxes(const std::filesystem::path& path);

}  // namespace gradcut
