#include "metrics/class_tally.h"

#include "gradcut/metrics/boundary.h"
#include "metrics/read_pair.h"
#include "metrics/tally.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

std::int64_t TruthPixels(const Confusion& confusion, int class_index) {
  std::int64_t sum = 0;
  for (int p = 0; p < confusion.classes(); ++p) sum += confusion.count(class_index, p);
  return sum;
}

std::int64_t PredictedPixels(const Confusion& confusion, int class_index) {
  std::int64_t sum = 0;
  for (int t = 0; t < confusion.classes(); ++t) sum += confusion.count(t, class_index);
  return sum;
}

}  // namespace

ClassTally::ClassTally(const EvaluateOptions& options)
    : options_(&options), confusion_(static_cast<int>(options.classes.size())) {
  if (WithStructure(options)) boundaries_.resize(options.classes.size());
}

std::vector<std::string> ClassTally::Columns() const {
  return {"miou", "pixel_accuracy", "coverage"};
}

std::optional<std::vector<double>> ClassTally::Add(const Pair& pair, bool /*voc*/) {
  const LabelPair read = ReadClasses(pair, *options_);
  readings_.Merge(read.readings);
  Confusion confusion(confusion_.classes());
  confusion.Add(read.prediction, read.truth);
  if (!confusion.PixelAccuracy()) return std::nullopt;
  confusion_ += confusion;
  ClassOverlaps overlaps;
  for (int c = 0; c < confusion.classes(); ++c) {
    const std::int64_t both = confusion.count(c, c);
    const std::int64_t either = TruthPixels(confusion, c) + PredictedPixels(confusion, c) - both;
    if (either > 0) overlaps.push_back({c, both, either});
  }
  overlaps_.push_back(std::move(overlaps));
  if (WithStructure(*options_)) {
    const auto counts = CountClassBoundaries(read.prediction, read.truth, confusion.classes());
    for (std::size_t c = 0; c < counts.size(); ++c) boundaries_[c] += counts[c];
  }
  return std::vector<double>{confusion.MeanIou().value_or(kUndefined), *confusion.PixelAccuracy(),
                             confusion.Coverage().value_or(kUndefined)};
}

void ClassTally::Merge(const ClassTally& other) {
  readings_.Merge(other.readings_);
  confusion_ += other.confusion_;
  for (std::size_t c = 0; c < boundaries_.size(); ++c) boundaries_[c] += other.boundaries_[c];
  overlaps_.insert(overlaps_.end(), other.overlaps_.begin(), other.overlaps_.end());
}

CountList ClassTally::Counts() const {
  CountList counts = confusion_.Counts();
  for (const BinaryCounts& boundary : boundaries_) Append(boundary.All(), counts);
  return counts;
}

void ClassTally::AddCounts(CountReader counts) {
  confusion_.AddCounts(counts.Take(confusion_.Counts().size()));
  for (BinaryCounts& boundary : boundaries_) boundary += counts.NextBinary();
  counts.RequireEnd();
}

double SampleMeanIou(std::span<const ClassOverlaps> overlaps, std::span<const std::size_t> sample) {
  std::array<std::int64_t, 256> both = {}, either = {};
  for (const std::size_t image : sample) {
    for (const ClassOverlap& overlap : overlaps[image]) {
      both[overlap.class_index] += overlap.both;
      either[overlap.class_index] += overlap.either;
    }
  }
  double sum = 0;
  int present = 0;
  for (std::size_t c = 0; c < both.size(); ++c) {
    if (either[c] == 0) continue;
    sum += static_cast<double>(both[c]) / static_cast<double>(either[c]);
    ++present;
  }
  return sum / present;
}

std::optional<double> ClassTally::BoundaryMeanIou() const {
  double sum = 0;
  int present = 0;
  for (const BinaryCounts& counts : boundaries_) {
    if (counts.predicted() + counts.object() == 0) continue;
    sum += Iou(counts);
    ++present;
  }
  if (present == 0) return std::nullopt;
  return sum / present;
}

void ClassTally::Report(EvaluateReport& report) const {
  Total miou = {"miou", confusion_.MeanIou(), std::nullopt};
  if (miou.value)
    miou.interval = Bootstrap(
        overlaps_.size(), [this](auto sample) { return SampleMeanIou(overlaps_, sample); },
        options_->bootstrap);
  report.totals = {miou,
                   {"mean_accuracy", confusion_.MeanAccuracy(), std::nullopt},
                   {"frequency_weighted_iou", confusion_.FrequencyWeightedIou(), std::nullopt},
                   {"pixel_accuracy", confusion_.PixelAccuracy(), std::nullopt},
                   {"coverage", confusion_.Coverage(), std::nullopt},
                   {"labelled_accuracy", confusion_.LabelledAccuracy(), std::nullopt}};
  report.class_columns = {"iou", "accuracy", "pixels"};
  if (WithStructure(*options_)) {
    report.totals.push_back({"boundary_miou", BoundaryMeanIou(), std::nullopt});
    report.class_columns.push_back("boundary_iou");
  }
  const auto ious = confusion_.ClassIous();
  const auto accuracies = confusion_.ClassAccuracies();
  for (int c = 0; c < confusion_.classes(); ++c) {
    ClassResult result = {c, options_->classes[c], {}};
    result.values = {ious[c], accuracies[c], static_cast<double>(TruthPixels(confusion_, c))};
    if (WithStructure(*options_))
      result.values.push_back(ious[c] ? std::optional(Iou(boundaries_[c])) : std::nullopt);
    report.classes.push_back(std::move(result));
  }
  report.confusion = confusion_;
  report.overlaps = overlaps_;
}

}  // namespace gradcut
