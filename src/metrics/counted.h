#pragma once

#include "gradcut/metrics/evaluate.h"
#include "metrics/class_tally.h"
#include "metrics/heat_map_tally.h"
#include "metrics/mask_tally.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

// What was counted of some images, before anything is divided.
template <class Tally>
struct Counted {
  explicit Counted(const EvaluateOptions& counted_options)
      : options(counted_options), tally(options) {}
  Counted(const Counted&) = delete;  // The tally keeps a reference.
  Counted& operator=(const Counted&) = delete;

  const EvaluateOptions options;
  Tally tally;
  EvaluateReport report;  // Images and lists; no totals yet.
  MaskReadings first;     // How files were read before it was settled what 255 is.
};

// The counts as JSON text. `report` is finished.
std::string CountsText(const EvaluateOptions& options, const CountList& counts,
                       const MaskReadings& readings, const MaskReadings& first,
                       const EvaluateReport& report, const std::vector<std::string>& warnings);

// Sorts lines, and leaves each once.
inline void Tidy(std::vector<std::string>& lines) {
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
}

template <class Tally>
EvaluateReport Finished(Counted<Tally>&& counted) {
  const EvaluateOptions& options = counted.options;
  EvaluateReport report = std::move(counted.report);
  // What every shard met is said once, and in an order that does not depend on theirs.
  for (auto* const lines :
       {&report.warnings, &report.missing, &report.extra, &report.unscored, &report.failures})
    Tidy(*lines);
  const std::vector<std::string> warnings = report.warnings;
  report.columns = counted.tally.Columns();
  counted.tally.Report(report);
  counted.tally.readings().Report(options, report);
  counted.first.ReportDispute(report);
  report.truth_reading = options.truth;
  report.prediction_reading = options.prediction;
  if (options.keep_counts && !report.interrupted)
    report.counts = CountsText(options, counted.tally.Counts(), counted.tally.readings(),
                               counted.first, report, warnings);
  return report;
}

// Calls `function` with the tally of a protocol as its template argument.
template <class Function>
auto WithTally(const EvaluateOptions& options, const Function& function) {
  if (options.pairing.kind == PredictionKind::kHeatMaps)
    return function.template operator()<HeatMapTally>();
  if (options.protocol == Protocol::kVoc) return function.template operator()<ClassTally>();
  return function.template operator()<MaskTally>();
}

}  // namespace gradcut
