#pragma once

#include "gradcut/metrics/evaluate.h"

#include <string>

namespace gradcut {

/// A JSON object: every total by its name (null where it says nothing), "images" (how many were
/// scored), "interval_95" (of some totals: [low, high]), "per_class" (by class name: the class
/// columns), "confusion" (rows are the truth), "curves" (one value a threshold k / 255), "against"
/// (the comparison: by measure "value", "other", "difference", "interval_95" and in how many images
/// it is "better", "worse" or "tied"), "mask_values" (of "truth" and "prediction": how many files
/// were read by which rule), and the keys and lines of "warnings", "missing", "extra" (predictions
/// without truth), "unscored" and "failed".
std::string ToJson(const EvaluateReport& report);

/// One row an image (RFC 4180, LF line ends): "image", "missing" (0 or 1), then the columns.
std::string ToCsv(const EvaluateReport& report);

/// A table to read: totals with intervals, classes that occur, the comparison, how masks were read,
/// and up to `worst` images with
/// the lowest first column.
std::string ToTable(const EvaluateReport& report, int worst = 0);

}  // namespace gradcut
