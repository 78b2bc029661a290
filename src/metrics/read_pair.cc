#include "metrics/read_pair.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "gradcut/io/mask_io.h"
#include "gradcut/metrics/truth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kVocClasses = 21;

// Whether grey values are class indices; see `ReadTruth`.
bool LooksLikeIndices(const cv::Mat& grey) {
  std::array<bool, 256> occurs = {};
  for (int row = 0; row < grey.rows; ++row)
    for (int col = 0; col < grey.cols; ++col) occurs[grey.at<std::uint8_t>(row, col)] = true;
  const auto any = [&](int first, int last) {
    return std::find(occurs.begin() + first, occurs.begin() + last, true) != occurs.begin() + last;
  };
  return any(1, kVocClasses) && !any(kVocClasses, kVoid);
}

bool HoldsIndices(const MaskFile& file) {
  switch (file.form) {
    case MaskForm::kPalette:
    case MaskForm::kVocColours:
      return true;
    case MaskForm::kAlpha:
      return false;
    case MaskForm::kGrey:
    case MaskForm::kArray:
      return LooksLikeIndices(file.labels);
  }
  return false;
}

cv::Mat WithVoid(cv::Mat labels, int ignore) {
  if (ignore != kVoid) labels.setTo(kVoid, labels == ignore);
  return labels;
}

// Class indices where the file has them, else 0 and 1.
cv::Mat ToObjects(const MaskFile& file, bool voc, int ignore) {
  if (voc || HoldsIndices(file)) return WithVoid(file.labels, ignore);
  return (file.labels >= 128) & 1;
}

void RequireClasses(const cv::Mat& labels, int classes, const std::filesystem::path& path) {
  for (int row = 0; row < labels.rows; ++row) {
    const auto* values = labels.ptr<std::uint8_t>(row);
    const auto* end = values + labels.cols;
    const auto* wrong = std::find_if(
        values, end, [&](std::uint8_t value) { return value >= classes && value != kVoid; });
    Require(wrong == end, "{}: has class index {} (row {}, column {}), expected 0 to {} or {}",
            Printable(path), *wrong, row, wrong - values, classes - 1, kVoid);
  }
}

// A heat map of 256 levels as those levels (`CV_8UC1`), so that its values meet the thresholds
// exactly; any other as it is.
cv::Mat ToLevels(const cv::Mat& heat) {
  cv::Mat levels(heat.size(), CV_8U);
  for (int row = 0; row < heat.rows; ++row) {
    const auto* value = heat.ptr<float>(row);
    auto* level = levels.ptr<std::uint8_t>(row);
    float largest_error = 0;
    for (int col = 0; col < heat.cols; ++col) {
      level[col] = static_cast<std::uint8_t>(static_cast<int>(value[col] * 255 + 0.5F));
      largest_error = std::max(largest_error, std::abs(value[col] - level[col] / 255.0F));
    }
    if (largest_error > 1e-6F) return heat;
  }
  return levels;
}

}  // namespace

cv::Mat ReadTruth(const std::filesystem::path& path, bool voc, int ignore) {
  return ToObjects(ReadMask(path), voc, ignore);
}

void RequireTruthSize(const cv::Mat& prediction, const cv::Mat& truth, const Pair& pair) {
  Require(prediction.size() == truth.size(), "{}: has {}x{} pixels, but its truth {} has {}x{}",
          Printable(pair.prediction), prediction.cols, prediction.rows, Printable(pair.truth),
          truth.cols, truth.rows);
}

LabelPair ReadObjects(const Pair& pair, bool voc, int ignore) {
  LabelPair read = {.truth = ReadTruth(pair.truth, voc, ignore), .prediction = {}};
  if (pair.prediction.empty()) {
    read.prediction = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  read.prediction = ToObjects(ReadMask(pair.prediction), /*voc=*/false, kVoid);
  read.prediction.setTo(0, read.prediction == kVoid);
  RequireTruthSize(read.prediction, read.truth, pair);
  return read;
}

LabelPair ReadClasses(const Pair& pair, int classes, int ignore) {
  LabelPair read = {.truth = WithVoid(ReadMask(pair.truth).labels, ignore), .prediction = {}};
  RequireClasses(read.truth, classes, pair.truth);
  if (pair.prediction.empty()) {
    read.prediction = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  const MaskFile file = ReadMask(pair.prediction);
  Require(file.form != MaskForm::kAlpha, "{}: is a cut-out, expected class indices",
          Printable(pair.prediction));
  read.prediction = file.labels;
  RequireClasses(read.prediction, classes, pair.prediction);
  RequireTruthSize(read.prediction, read.truth, pair);
  return read;
}

HeatPair ReadHeat(const Pair& pair, bool voc, int ignore) {
  HeatPair read = {.truth = ReadTruth(pair.truth, voc, ignore), .heat = {}};
  if (pair.prediction.empty()) {
    read.heat = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  read.heat = ToLevels(ReadHeatMap(pair.prediction));
  RequireTruthSize(read.heat, read.truth, pair);
  return read;
}

}  // namespace gradcut
