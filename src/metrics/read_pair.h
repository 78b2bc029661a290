#pragma once

#include "gradcut/metrics/evaluate.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

// The two files of a pair as the protocols want them, of the same size. All throw `Error` naming
// the file. Where there is no prediction, an empty one of the truth's size is made up.

struct LabelPair {
  cv::Mat truth;       // labels: 0 background, kVoid not scored
  cv::Mat prediction;  // labels, kVoid = unsure
};

// Object and background: truth 0, a positive index or kVoid; prediction 0 or 1.
//
// Index images (palette, VOC colours, VOC devkit): any class is object. Cut-outs: alpha. Grey
// images and arrays: object where >= 128, unless all values are 0 to 20 or 255 and one of 1 to 20
// occurs; then they are indices too (this makes 0/1 files work).
LabelPair ReadObjects(const Pair& pair, bool voc, int ignore);

// Class indices below `classes`, as they are.
LabelPair ReadClasses(const Pair& pair, int classes, int ignore);

struct HeatPair {
  cv::Mat truth;  // labels
  cv::Mat heat;   // CV_8UC1 or CV_32FC1, not stretched
};

// The truth is read as in `ReadObjects`, but keeps its class indices.
HeatPair ReadHeat(const Pair& pair, bool voc, int ignore);

}  // namespace gradcut
