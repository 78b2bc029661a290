#pragma once

#include "gradcut/metrics/evaluate.h"
#include "metrics/mask_readings.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

// The two files of a pair as the protocols want them, of the same size. All throw `Error` naming
// the file. Where there is no prediction, an empty one of the truth's size is made up.

struct LabelPair {
  cv::Mat truth;       // labels: 0 background, kVoid not scored
  cv::Mat prediction;  // labels, kVoid = unsure
  MaskReadings readings = {};
};

// Object and background: the truth as `ReadTruth` has it; the prediction, read by the same rules,
// is 0 or 1.
LabelPair ReadObjects(const Pair& pair, const EvaluateOptions& options);

// Class indices of `options.classes`.
LabelPair ReadClasses(const Pair& pair, const EvaluateOptions& options);

struct HeatPair {
  cv::Mat truth;  // labels
  cv::Mat heat;   // CV_8UC1 or CV_32FC1, not stretched
  MaskReadings readings = {};
};

// The truth is read as in `ReadObjects`, but keeps its class indices.
HeatPair ReadHeat(const Pair& pair, const EvaluateOptions& options);

}  // namespace gradcut
