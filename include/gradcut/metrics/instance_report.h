#pragma once

#include "gradcut/metrics/instances.h"

#include <string>

namespace gradcut {

/// A JSON object: "images", "boxes" (annotations that are scored by id), "predictions", "mean_iou",
/// "median_iou", "iou_50", "iou_70", "iou_90" (see `BoxSummary`; null where predictions have no
/// ids), "interval_95" of "mean_iou", `kCocoMeasures` by name (-1, as pycocotools says it, where
/// there is nothing to be found), "per_class" (by category name: "id" and the same measures), and
/// the lines of "warnings", "missing", "extra" and "failed".
std::string ToJson(const InstanceReport& report);

/// One row an annotation (RFC 4180, LF line ends): "image", "id", "category", "iou", "score"; the
/// score is empty where nothing was predicted.
std::string ToCsv(const InstanceReport& report);

/// A table to read: measures, categories that occur, and up to `worst` annotations with the lowest
/// IoU.
std::string ToTable(const InstanceReport& report, int worst = 0);

}  // namespace gradcut
