#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace gradcut {

// The names of classes that belong to label files of YOLO.
struct YoloNames {
  std::string file;                                // Where they are from; printable.
  std::map<std::int64_t, std::string> names = {};  // By index.
  std::size_t keypoint_numbers = 0;                // Behind each box, as "kpt_shape" says; 0: none.
};

// Those of a folder of label files: "names", a list or a map, and "kpt_shape" in its data.yaml or
// dataset.yaml, or the lines of its classes.txt; else the same in the two folders above. Nothing
// where there are none. Throws `Error` "FILE: cause".
std::optional<YoloNames> FindYoloNames(const std::filesystem::path& folder);

}  // namespace gradcut
