#pragma once

#include "gradcut/metrics/evaluate.h"
#include "metrics/count_list.h"
#include "metrics/mask_readings.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

// What a protocol counts. Each tally has the same members:
//
//   explicit Tally(const EvaluateOptions&)
//   Columns()      the names of the per-image measures
//   Add(pair, voc) reads and scores a pair; its values, or nothing if its truth is all void
//   Merge(other)   adds the counts of other images, which come after these
//   readings()     how files were read, those of unscored pairs too
//   Counts()       all that it has counted but rows of images and readings, in integers
//   AddCounts(..)  adds that of other images; throws `Error` for counts of other measures
//   Report(report) fills in totals and classes; the images are there already

// Of a measure that an image does not have.
inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

inline bool WithStructure(const EvaluateOptions& options) {
  return options.measures >= Measures::kStructure;
}

// The mean of a column over the images that have it.
std::optional<double> MeanOfColumn(const EvaluateReport& report, std::size_t column);

// A total for every column: its mean and interval, under the name prefix + column.
void ReportColumnMeans(const std::string& prefix, const BootstrapOptions& bootstrap,
                       EvaluateReport& report);

}  // namespace gradcut
