#pragma once

#include "gradcut/dataset/pairing.h"

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>

namespace gradcut {

/// What the values of a mask file mean.
enum class MaskValues {
  kAuto,       ///< Decided by the file; see `MaskReading`.
  kObject,     ///< 0 is background, every other value object.
  kThreshold,  ///< Object from half of white on: 128 of 255.
  kIndex,      ///< Class indices: 0 is background, 255 void.
};

/// As flags have it: "auto", "object", "threshold" or "index".
std::string MaskValuesName(MaskValues values);

/// What 255 is beside 0 alone, or beside small values: white or void.
enum class WhiteMeans { kByFile, kIsObject, kIsVoid };

/// How a mask file becomes labels.
///
/// By the file: index PNGs, VOC colours and values of which some are 1 to 20 and none 21 to 254 are
/// indices; cut-outs are their alpha; fractions are object from one half on. Else, in grey images
/// and arrays, values are thresholded if white occurs and
///   * all values are 0 or at least 127 (so a trimap's unknown 127 is no object), or
///   * those between are transitions, as anti-aliasing, scaling, blur and JPEG make them;
/// and so are smooth maps without white. What is left are ids: 0 is background, 255 void, the rest
/// object. Where a value is above 255, so is 255.
struct MaskReading {
  MaskValues values = MaskValues::kAuto;  ///< Cut-outs and fractions are what they are.
  WhiteMeans white = WhiteMeans::kByFile;
  int ignore = 255;    ///< A further value that is void.
  int background = 0;  ///< A further value that is background.
};

/// The truth of a file as labels: 0 is background, a positive index object, `kVoid` not scored.
/// Throws like `ReadMask`, and for a negative value that is not ignored.
cv::Mat ReadTruth(const std::filesystem::path& path, const MaskReading& reading = {});

/// Throws `Error` naming both files and sizes unless the prediction has its truth's.
void RequireTruthSize(const cv::Mat& prediction, const cv::Mat& truth, const Pair& pair);

}  // namespace gradcut
