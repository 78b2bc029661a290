#pragma once

#include "gradcut/metrics/evaluate.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// Whether a file is one that `EvaluateReport::counts` was written to. Reads it only if its name
/// ends with ".json".
bool IsCountsFile(const std::filesystem::path& file);

/// What counts of several shards come to.
struct MergedCounts {
  EvaluateReport report;  ///< As of one evaluation of all images, `counts` included.
  /// What keeps it from being complete, one line each: shards that are missing, images that stand
  /// in two files (the first one counts).
  std::vector<std::string> problems;
};

/// Adds up evaluations of shares of the images. All sums are integers and images are put into the
/// order of their keys, so that the result is that of one evaluation over all of them, to the last
/// digit, intervals included, in whatever order the files come. Throws `Error` naming the file for
/// one that is damaged, or of another evaluation (protocol, measures, classes, readings, seed), and
/// where shards took 255 in masks for different things.
MergedCounts MergeCounts(std::span<const std::filesystem::path> files);

}  // namespace gradcut
