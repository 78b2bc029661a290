#include "metrics/mask_tally.h"

#include "gradcut/metrics/boundary.h"
#include "metrics/read_pair.h"
#include "metrics/tally.h"

#include <cmath>

namespace gradcut {

std::vector<std::string> MaskTally::Columns() const {
  std::vector<std::string> columns = {"iou", "dice", "precision", "recall", "accuracy"};
  if (WithStructure(*options_)) columns.insert(columns.end(), {"boundary_iou", "boundary_f"});
  return columns;
}

void MaskTally::Merge(const MaskTally& other) {
  readings_.Merge(other.readings_);
  pooled_ += other.pooled_;
}

CountList MaskTally::Counts() const {
  const auto counts = pooled_.All();
  return {counts.begin(), counts.end()};
}

void MaskTally::AddCounts(CountReader counts) {
  pooled_ += counts.NextBinary();
  counts.RequireEnd();
}

std::optional<std::vector<double>> MaskTally::Add(const Pair& pair, bool /*voc*/) {
  const LabelPair read = ReadObjects(pair, *options_);
  readings_.Merge(read.readings);
  const BinaryCounts counts = CountBinary(read.prediction, read.truth);
  if (counts.scored() == 0) return std::nullopt;
  pooled_ += counts;
  std::vector<double> values = {Iou(counts), Dice(counts), Precision(counts), Recall(counts),
                                Accuracy(counts)};
  if (WithStructure(*options_)) {
    values.push_back(Iou(CountBoundary(read.prediction, read.truth)));
    values.push_back(ScoreBoundary(read.prediction, read.truth).f);
  }
  return values;
}

void MaskTally::Report(EvaluateReport& report) const {
  ReportColumnMeans("mean_", options_->bootstrap, report);
  if (report.images.empty()) return;
  report.totals.push_back({"pooled_iou", Iou(pooled_), std::nullopt});
  if (WithStructure(*options_))  // Region similarity J of DAVIS is the IoU.
    report.totals.push_back(
        {"j_and_f", (*MeanOfColumn(report, 0) + *MeanOfColumn(report, 6)) / 2, std::nullopt});
}

}  // namespace gradcut
