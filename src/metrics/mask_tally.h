#pragma once

#include "gradcut/metrics/binary_counts.h"
#include "metrics/tally.h"

namespace gradcut {

// Object masks.
class MaskTally {
 public:
  explicit MaskTally(const EvaluateOptions& options) : options_(&options) {}
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const MaskTally& other);
  CountList Counts() const;
  void AddCounts(CountReader counts);
  MaskReadings& readings() { return readings_; }
  const MaskReadings& readings() const { return readings_; }
  void Report(EvaluateReport& report) const;

 private:
  const EvaluateOptions* options_;
  MaskReadings readings_;
  BinaryCounts pooled_;
};

}  // namespace gradcut
