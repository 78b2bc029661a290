#pragma once

#include "dataset/label_rows.h"

namespace gradcut {

// Where a folder has image-level labels: `Annotations/` or else `ImageSets/Main/` below it; empty
// if it has neither.
std::filesystem::path LabelFolderOf(const std::filesystem::path& devkit);

// The devkit that a path is, or lies in: the nearest folder of it, at most two above, that holds
// `JPEGImages/`. Empty if there is none.
std::filesystem::path DevkitAround(const std::filesystem::path& path);

// Labels of a devkit, or of one of its folders: `Annotations/` (XML, names of the objects) or
// `ImageSets/Main/` (CLASS_SPLIT.txt of all splits, lines of an image and 1, 0 for difficult
// objects alone, -1). Which one it is, its files tell. Throws `Error` "FILE: cause".
LabelRows ReadVocLabels(const std::filesystem::path& folder);

}  // namespace gradcut
