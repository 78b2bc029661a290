#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/metrics/tuning.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

struct MergeOptions {
  /// Folders that shards of one run, or runs of one recipe over parts of the photos, were written
  /// to, and files of `gradcut eval --counts`.
  std::vector<std::filesystem::path> inputs = {};
  std::filesystem::path output = {};  ///< A folder; it may be one of the inputs.
};

struct MergeSummary {
  std::size_t inputs = 0;   ///< Photos that there are, as far as it is known.
  std::size_t done = 0;     ///< Those whose files are there.
  std::size_t failed = 0;   ///< Those that no shard could do.
  std::size_t missing = 0;  ///< Those that no shard came to, or whose files are gone.
  std::size_t doubled = 0;  ///< Those that several folders did: the first one's files count.
  std::vector<std::string> problems = {};  ///< One line each: what else keeps it from being whole.
  std::vector<std::string> shards = {};    ///< "3/8": those that have failed or missing photos.
  std::filesystem::path again = {};        ///< The list of photos to do again; empty: none.
  std::optional<TuningTable> table = {};   ///< Of `gradcut tune`, once nothing is missing.
  std::optional<EvaluateReport> evaluation = {};  ///< Of counts.
  bool interrupted = false;

  /// Whether the result is all that one run over everything would have made.
  bool complete() const { return !interrupted && failed + missing == 0 && problems.empty(); }
};

/// Joins what shards have made into one folder, as `gradcut merge` does: one run.json and one
/// manifest, the photos in the order of a single run; their files (linked where the file system
/// can, else copied); and once nothing is missing, what a single run writes in the end:
/// `train.txt`, `classes.txt`, `annotations.json` and the like of `label`, `instances.json` of
/// `mask`, `points.csv` and `best.toml` of `tune`. Of counts: `counts.json` and `measures.json`.
/// What is to be done again is in `again.txt`. Doing it again, also after more shards are done,
/// ends with the same files. Throws `UsageError` for what cannot be, and `Error` for shards of
/// different runs, for two photos that became the same file, and for files.
MergeSummary Merge(const MergeOptions& options, const RunControl& control = {});

}  // namespace gradcut
