#pragma once

#include "gradcut/metrics/pairing.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// The truth of a file as labels: 0 is background, a positive index object, `kVoid` not scored.
///
/// Index images (palette, VOC colours, and all files with `voc`) are taken as they are, with the
/// index `ignore` as void too. Cut-outs: alpha. Grey images and arrays: object where >= 128, unless
/// all values are 0 to 20 or 255 and one of 1 to 20 occurs; then they are indices. Throws like
/// `ReadMask`.
cv::Mat ReadTruth(const std::filesystem::path& path, bool voc, int ignore);

/// Throws `Error` naming both files and sizes unless the prediction has its truth's.
void RequireTruthSize(const cv::Mat& prediction, const cv::Mat& truth, const Pair& pair);

}  // namespace gradcut
