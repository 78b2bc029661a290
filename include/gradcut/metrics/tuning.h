#pragma once

#include "gradcut/core/sweep.h"
#include "gradcut/metrics/bootstrap.h"
#include "gradcut/metrics/compare.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// One image, scored at every point of a sweep.
struct TunedImage {
  std::string key;
  bool chooses = false;      ///< The point is chosen on it; else it is reported on.
  std::vector<double> ious;  ///< One a point.
};

/// Whether each of `count` images chooses: one half of them does, drawn with the seed, rounded up.
std::vector<bool> DrawHalf(std::size_t count, std::uint64_t seed);

struct PointScore {
  double choose = 0;  ///< Mean IoU of the half that chooses.
  double report = 0;  ///< Mean IoU of the other half; NaN if there is none.
  Interval interval;  ///< 95 % bootstrap interval of `report`.
};

/// What a sweep has found.
struct Tuning {
  std::size_t choosing = 0;   ///< How many images chose, and
  std::size_t reporting = 0;  ///< how many were reported on.
  std::vector<PointScore> points;
  std::size_t chosen = 0;  ///< The best candidate on the half that chooses, the first of equals.
  MeasureDifference gain;  ///< Of the chosen point over point `given`, on the other half.
};

/// Chooses among the points that are `candidates`. Throws `Error` if no image can choose,
/// `std::invalid_argument` without a candidate.
Tuning Choose(std::span<const TunedImage> images, const std::vector<bool>& candidates,
              std::size_t given, const BootstrapOptions& bootstrap);

/// The table of a sweep.
struct TuningTable {
  std::vector<std::string> keys;
  std::vector<SweepPoint> points;  ///< One value a key.
  std::vector<bool> candidates;
  std::size_t given = 0;
  Tuning tuning;
};

/// One row a point: its values, "choose_iou", "report_iou", "report_low", "report_high", and 0 or 1
/// for "candidate", "given" and "chosen".
std::string ToCsv(const TuningTable& table);

/// What to read: the chosen values, how good they are on both halves, and what they gain.
std::string ToText(const TuningTable& table);

}  // namespace gradcut
