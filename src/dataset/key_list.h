#pragma once

#include "dataset/keyed_folder.h"

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// The keys that a text file names.
struct KeyList {
  std::set<std::string> keys;
  std::vector<std::string> problems;  // One line each: names that are no key.
};

// A line is a key or a file's path, of which leading folders may be others here
// ("JPEGImages/a.jpg") or a row of columns of which one is that; of FILE.csv the first column
// counts. `name_ends` are what names may end with and keys do not. Rows of VOC's lists of a class
// that say that the class is not in the image ("2008_000002 -1") are left out. `lack` says what a
// name that is no key has not, such as "there is no truth". Throws `Error` for a list without a
// name.
KeyList ReadKeyList(const std::filesystem::path& list, const KeySet& keys, std::string_view lack,
                    std::span<const std::string> name_ends = {});

// ImageSets/Segmentation/SPLIT.txt of a devkit, or ImageSets/Main/SPLIT.txt where only that is
// there. Throws `Error` naming the lists there are.
std::filesystem::path SplitFile(const std::filesystem::path& devkit, const std::string& split);

}  // namespace gradcut
