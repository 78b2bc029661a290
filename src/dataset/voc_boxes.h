#pragma once

#include "dataset/hint_source.h"

#include <filesystem>

namespace gradcut {

// The boxes of a PASCAL VOC annotation, as its devkit and labelImg write them: their corners are
// pixels counted from 1, the last one included. Parts of objects are passed over. Throws `Error`
// "FILE: cause", also for an empty file.
HintPiece ReadVocBoxes(const std::filesystem::path& path);

}  // namespace gradcut
