#pragma once

#include "gradcut/metrics/binary_counts.h"
#include "metrics/tally.h"

#include <span>
#include <utility>

namespace gradcut {

// Class labels.
class ClassTally {
 public:
  explicit ClassTally(const EvaluateOptions& options);
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const ClassTally& other);
  CountList Counts() const;
  void AddCounts(CountReader counts);
  void AddOverlaps(ClassOverlaps overlaps) { overlaps_.push_back(std::move(overlaps)); }
  MaskReadings& readings() { return readings_; }
  const MaskReadings& readings() const { return readings_; }
  void Report(EvaluateReport& report) const;

 private:
  std::optional<double> BoundaryMeanIou() const;

  const EvaluateOptions* options_;
  MaskReadings readings_;
  Confusion confusion_;
  std::vector<BinaryCounts> boundaries_;  // One a class; empty unless structure is measured.
  std::vector<ClassOverlaps> overlaps_;   // One an image, for the interval of the mean IoU.
};

// The mean IoU over a data set that consists of some images (indices into `overlaps`, which may
// repeat), absent classes left out.
double SampleMeanIou(std::span<const ClassOverlaps> overlaps, std::span<const std::size_t> sample);

}  // namespace gradcut
