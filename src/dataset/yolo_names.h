#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace gradcut {

// The names of classes that belong to label files of YOLO.
struct YoloNames {
  std::string file;                           // Where they are from; printable.
  std::map<std::int64_t, std::string> names;  // By index.
};

// Those of a folder of label files: "names", a list or a map, in its data.yaml or dataset.yaml, or
// the lines of its classes.txt; else the same in the two folders above. Nothing where there are
// none. Throws `Error` "FILE: cause".
std::optional<YoloNames> FindYoloNames(const std::filesystem::path& folder);

}  // namespace gradcut
