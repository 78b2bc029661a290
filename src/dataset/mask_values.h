#pragma once

#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/truth.h"

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>

namespace gradcut {

// As what a file's values were taken, and why.
enum class ReadAs {
  kNothing,     // There is no value but 0.
  kIndices,     // Palette, VOC colours.
  kIds,         // Values between, and no white.
  kIdsAndVoid,  // Values between, and white.
  kWideIds,     // Values above 255.
  kBright,      // White, and nothing between.
  kSoft,        // Values between that are transitions.
  kAlpha,
  kFractions,
  kForced,  // By `MaskReading::values`.
};
inline constexpr int kWaysToRead = 10;

// The rule in words, for instance "object where >= 128 (all values are 0 or at least 127)".
std::string Described(ReadAs how, MaskValues forced);

struct ReadLabels {
  cv::Mat labels;  // CV_8UC1: 0 background, kVoid void, else object (its index where it has one)
  ReadAs how = ReadAs::kNothing;
};

// Object and background.
ReadLabels ToObjects(const MaskFile& file, const MaskReading& reading,
                     const std::filesystem::path& path);

// Class indices below `classes`, or kVoid. Throws `Error` naming the first other value.
cv::Mat ToClasses(const MaskFile& file, const MaskReading& reading, int classes,
                  const std::filesystem::path& path);

}  // namespace gradcut
