#include "gradcut/metrics/boundary.h"
#include "metrics/read_pair.h"
#include "metrics/tallies.h"

#include <cmath>

namespace gradcut {
namespace {

std::vector<double> ColumnValues(const EvaluateReport& report, std::size_t column) {
  std::vector<double> values;
  for (const ImageResult& image : report.images) values.push_back(image.values[column]);
  return values;
}

}  // namespace

std::optional<double> MeanOfColumn(const EvaluateReport& report, std::size_t column) {
  double sum = 0;
  std::int64_t count = 0;
  for (const double value : ColumnValues(report, column)) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

void ReportColumnMeans(const std::string& prefix, const BootstrapOptions& bootstrap,
                       EvaluateReport& report) {
  for (std::size_t column = 0; column < report.columns.size(); ++column) {
    Total total = {prefix + report.columns[column], MeanOfColumn(report, column), std::nullopt};
    if (total.value) total.interval = BootstrapMean(ColumnValues(report, column), bootstrap);
    report.totals.push_back(std::move(total));
  }
}

std::vector<std::string> MaskTally::Columns() const {
  std::vector<std::string> columns = {"iou", "dice", "precision", "recall", "accuracy"};
  if (WithStructure(*options_)) columns.insert(columns.end(), {"boundary_iou", "boundary_f"});
  return columns;
}

void MaskTally::Merge(const MaskTally& other) {
  readings_.Merge(other.readings_);
  pooled_ += other.pooled_;
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
