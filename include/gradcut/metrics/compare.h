#pragma once

#include "gradcut/metrics/bootstrap.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

struct EvaluateReport;

/// How many images one of two predictions is better on. Equal values are ties, however they come
/// about: two perfect masks tie, and so do two that are both empty.
struct Wins {
  std::size_t better = 0;
  std::size_t worse = 0;
  std::size_t tied = 0;
};

/// A measure of two predictions for the same images.
struct MeasureDifference {
  std::string name;
  double value = 0;
  double other = 0;
  double difference = 0;     ///< `value - other`.
  Interval interval;         ///< 95 % bootstrap interval of the difference, images drawn in pairs.
  std::optional<Wins> wins;  ///< Nothing for a measure of the whole data set.
};

struct Comparison {
  std::string other;       ///< What it is compared with, for people to read.
  std::size_t images = 0;  ///< Images that are scored in both; all others are left out of both.
  std::vector<MeasureDifference> measures;

  std::vector<std::string> missing;   ///< Keys without prediction in the other one.
  std::vector<std::string> failures;  ///< What the other one failed on, one line each.
};

/// Compares two reports of the same truth, protocol and measures: every per-image column that can
/// be better or worse (mean over the images that have it in both), and with `Protocol::kVoc`
/// "data_set_miou". Throws `std::invalid_argument` if the columns differ.
Comparison Compare(const EvaluateReport& report, const EvaluateReport& other,
                   const BootstrapOptions& bootstrap = {});

}  // namespace gradcut
