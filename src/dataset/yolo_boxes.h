#pragma once

#include "dataset/hint_source.h"
#include "dataset/yolo_names.h"

#include <filesystem>
#include <opencv2/core/types.hpp>
#include <optional>

namespace gradcut {

// The boxes of a label file of YOLO, in pixels of an image of that size; see `HintFiles`. Throws
// `Error` "FILE:LINE: cause", also for a class that is not among the names, if there are any.
HintPiece ReadYoloBoxes(const std::filesystem::path& path, cv::Size size,
                        const std::optional<YoloNames>& names);

}  // namespace gradcut
