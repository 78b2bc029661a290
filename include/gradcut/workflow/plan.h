#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/workflow/photos.h"

#include <cstddef>
#include <string>

namespace gradcut {

struct PlanOptions {
  /// What a whole run would be given. `output` is not looked at: the sample goes into a temporary
  /// folder, which is removed.
  PhotoOptions photos = {};
  std::size_t sample = 200;  ///< Photos to try, at least 2.
  double task_minutes = 60;  ///< How long a task should take, at least 1.
};

/// What a whole run will cost on machines like this one, with as many jobs.
struct PlanEstimate {
  std::size_t photos = 0;
  std::size_t sampled = 0;
  std::size_t failed = 0;    ///< Of the sample.
  int jobs = 0;              ///< Photos at a time.
  double start_seconds = 0;  ///< What each task takes before its first photo.
  double photo_seconds = 0;  ///< Elapsed, a photo, `jobs` at a time.
  double photo_cpu = 0;      ///< Processor time, seconds a photo.
  double photo_error = 0;    ///< Half of the 95 % interval of the mean time, as a share of it.
  double read_bytes = 0;     ///< A photo.
  double written_bytes = 0;  ///< A photo, its part of the manifest included.
  std::size_t files = 0;     ///< Written for a photo.
  std::size_t shards = 0;    ///< Tasks of about `task_minutes`.
  bool interrupted = false;

  double hours() const { return static_cast<double>(photos) * photo_seconds / 3600; }
  double core_hours() const { return static_cast<double>(photos) * photo_cpu / 3600; }
};

/// Times object masks of a sample of the photos, as `gradcut plan` does. The sample is the photos
/// whose places have the smallest hashes (see `ShardOf`): the same ones every time, whatever the
/// order. Throws like `MakeMasks`, and `Error` if no photo of the sample can be done.
PlanEstimate EstimateRun(const PlanOptions& options, const RunControl& control = {});

/// To read.
std::string ToText(const PlanEstimate& estimate, double task_minutes);

/// The members by name, with "hours", "core_hours", "total_read_bytes" and "total_written_bytes".
std::string ToJson(const PlanEstimate& estimate);

}  // namespace gradcut
