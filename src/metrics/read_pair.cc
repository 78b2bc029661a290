#include "metrics/read_pair.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/dataset/labels_io.h"
#include "gradcut/dataset/mask_io.h"
#include "gradcut/dataset/truth.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

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

LabelPair ReadObjects(const Pair& pair, const EvaluateOptions& options) {
  const ReadLabels truth = ToObjects(ReadMask(pair.truth), options.truth, pair.truth);
  LabelPair read = {.truth = truth.labels, .prediction = {}};
  read.readings.AddTruth(pair.truth, truth);
  if (pair.prediction.empty()) {
    read.prediction = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  const ReadLabels prediction =
      ToObjects(ReadMask(pair.prediction), options.prediction, pair.prediction);
  read.readings.AddPrediction(pair.prediction, prediction);
  read.prediction = prediction.labels;
  read.prediction.setTo(0, read.prediction == kVoid);
  RequireTruthSize(read.prediction, read.truth, pair);
  return read;
}

LabelPair ReadClasses(const Pair& pair, const EvaluateOptions& options) {
  const int classes = static_cast<int>(options.classes.size());
  LabelPair read = {.truth = ToClasses(ReadMask(pair.truth), options.truth, classes, pair.truth),
                    .prediction = {}};
  read.readings.AddTruth(pair.truth, {read.truth, ReadAs::kIndices});
  if (pair.prediction.empty()) {
    read.prediction = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  read.prediction =
      ToClasses(ReadMask(pair.prediction), options.prediction, classes, pair.prediction);
  RequireTruthSize(read.prediction, read.truth, pair);
  return read;
}

HeatPair ReadHeat(const Pair& pair, const EvaluateOptions& options) {
  const ReadLabels truth = ToObjects(ReadMask(pair.truth), options.truth, pair.truth);
  HeatPair read = {.truth = truth.labels, .heat = {}};
  read.readings.AddTruth(pair.truth, truth);
  if (pair.prediction.empty()) {
    read.heat = cv::Mat::zeros(read.truth.size(), CV_8U);
    return read;
  }
  read.heat = ToLevels(ReadHeatMap(pair.prediction));
  RequireTruthSize(read.heat, read.truth, pair);
  return read;
}

}  // namespace gradcut
