#include "metrics/heat_map_tally.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/metrics/structure_measure.h"
#include "gradcut/metrics/weighted_f.h"
#include "gradcut/storage/file.h"
#include "metrics/read_pair.h"
#include "metrics/tally.h"

#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

HeatPixels PixelsOf(const Pair& pair, const HeatPair& read) {
  try {
    return HeatPixels(read.heat, read.truth);
  } catch (const Error& error) {
    Fail("{}: {}", Printable(pair.prediction), error.what());
  }
}

double MeanOf(const Curve& curve) {
  return std::accumulate(curve.begin(), curve.end(), 0.0) / kThresholds;
}

std::size_t BestThreshold(const Curve& curve) {
  return static_cast<std::size_t>(std::max_element(curve.begin(), curve.end()) - curve.begin());
}

// The members of some curves, in their order.
std::array<const Curve*, 5> All(const HeatMapCurves& curves) {
  return {&curves.precision, &curves.recall, &curves.f, &curves.e, &curves.iou};
}

void Append(const ExactSum& sum, CountList& list) {
  list.insert(list.end(), {sum.high(), sum.low()});
}

void AddNext(CountReader& counts, ExactSum& sum) {
  const auto parts = counts.Take(2);
  sum.AddParts(parts[0], parts[1]);
}

// The class's share of the scored pixels.
double Area(const cv::Mat& truth, int class_index) {
  return static_cast<double>(cv::countNonZero(truth == class_index)) /
         cv::countNonZero(truth != kVoid);
}

}  // namespace

std::vector<std::string> HeatMapTally::Columns() const {
  std::vector<std::string> columns = {"best_iou",         "mae",        "adaptive_f", "adaptive_e",
                                      "energy_on_object", "object_area"};
  if (WithStructure(*options_)) columns.insert(columns.end(), {"s", "weighted_f"});
  if (WithBoxes()) columns.push_back("pointing_game");
  return columns;
}

std::optional<std::vector<double>> HeatMapTally::Add(const Pair& pair, bool voc) {
  const HeatPair read = ReadHeat(pair, *options_);
  readings_.Merge(read.readings);
  if (cv::countNonZero(read.truth != kVoid) == 0) return std::nullopt;
  const HeatPixels pixels = PixelsOf(pair, read);
  ++images_;
  pixel_precision_.Add(pixels);
  if (voc) AddClasses(read.heat, read.truth);
  const HeatMapCurves curves = ScoreThresholds(pixels);
  for (std::size_t i = 0; i < curves_.size(); ++i)
    for (int k = 0; k < kThresholds; ++k) curves_[i][k].Add((*All(curves)[i])[k]);
  const AdaptiveScores adaptive = ScoreAdaptiveThreshold(pixels);
  std::vector<double> values = {
      curves.iou[BestThreshold(curves.iou)],
      MeanAbsoluteError(pixels),
      adaptive.f,
      adaptive.e,
      EnergyOnObject(read.heat, read.truth).value_or(kUndefined),
      static_cast<double>(pixels.object()) / static_cast<double>(pixels.scored())};
  if (!WithStructure(*options_)) return values;
  const cv::Mat nearest = pixels.NearestObject();
  values.insert(values.end(), {StructureMeasure(pixels), WeightedFMeasure(pixels, nearest)});
  if (!WithBoxes()) return values;
  boxes_.Add(pixels);
  values.push_back(PointingGame(pixels, nearest).value_or(kUndefined));
  return values;
}

void HeatMapTally::AddClasses(const cv::Mat& heat, const cv::Mat& truth) {
  for (int c = 1; c < static_cast<int>(options_->classes.size()); ++c) {
    const auto energy = EnergyOnObject(heat, truth, c);
    if (!energy) continue;
    ++classes_[c].images;
    classes_[c].energy.Add(*energy);
    classes_[c].area.Add(Area(truth, c));
  }
}

void HeatMapTally::Merge(const HeatMapTally& other) {
  readings_.Merge(other.readings_);
  images_ += other.images_;
  for (std::size_t i = 0; i < curves_.size(); ++i)
    for (int k = 0; k < kThresholds; ++k) curves_[i][k] += other.curves_[i][k];
  pixel_precision_ += other.pixel_precision_;
  boxes_ += other.boxes_;
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    classes_[c].images += other.classes_[c].images;
    classes_[c].energy += other.classes_[c].energy;
    classes_[c].area += other.classes_[c].area;
  }
}

CountList HeatMapTally::Counts() const {
  CountList counts = {images_};
  for (const auto& curve : curves_)
    for (const ExactSum& sum : curve) Append(sum, counts);
  gradcut::Append(pixel_precision_.Counts(), counts);
  gradcut::Append(boxes_.Counts(), counts);
  for (const ClassEnergy& each : classes_) {
    counts.push_back(each.images);
    Append(each.energy, counts);
    Append(each.area, counts);
  }
  return counts;
}

void HeatMapTally::AddCounts(CountReader counts) {
  images_ += counts.Next();
  for (auto& curve : curves_)
    for (ExactSum& sum : curve) AddNext(counts, sum);
  pixel_precision_.AddCounts(counts.Take(pixel_precision_.Counts().size()));
  boxes_.AddCounts(counts.Take(boxes_.Counts().size()));
  for (ClassEnergy& each : classes_) {
    each.images += counts.Next();
    AddNext(counts, each.energy);
    AddNext(counts, each.area);
  }
  counts.RequireEnd();
}

HeatMapCurves HeatMapTally::MeanCurves() const {
  HeatMapCurves means;
  const std::array<Curve*, 5> all = {&means.precision, &means.recall, &means.f, &means.e,
                                     &means.iou};
  for (std::size_t i = 0; i < all.size(); ++i)
    for (int k = 0; k < kThresholds; ++k)
      (*all[i])[k] = curves_[i][k].value() / static_cast<double>(images_);
  return means;
}

void HeatMapTally::Report(EvaluateReport& report) const {
  ReportColumnMeans("", options_->bootstrap, report);
  if (images_ == 0) return;
  const HeatMapCurves means = MeanCurves();
  const std::size_t best = BestThreshold(means.iou);
  report.totals.insert(
      report.totals.end(),
      {{"max_f", means.f[BestThreshold(means.f)], std::nullopt},
       {"mean_f", MeanOf(means.f), std::nullopt},
       {"max_e", means.e[BestThreshold(means.e)], std::nullopt},
       {"mean_e", MeanOf(means.e), std::nullopt},
       {"best_threshold_iou", means.iou[best], std::nullopt},
       {"best_threshold", static_cast<double>(best) / (kThresholds - 1), std::nullopt},
       {"pxap", pixel_precision_.Value(), std::nullopt}});
  if (WithBoxes()) report.totals.push_back({"max_box_acc_v2", boxes_.Value(), std::nullopt});
  report.curves = means;
  report.class_columns = {"images", "energy_on_class", "class_area"};
  for (std::size_t c = 1; c < options_->classes.size(); ++c) {
    const ClassEnergy& sums = classes_[c];
    if (sums.images == 0) continue;
    const auto count = static_cast<double>(sums.images);
    report.classes.push_back({static_cast<int>(c),
                              options_->classes[c],
                              {count, sums.energy.value() / count, sums.area.value() / count}});
  }
}

}  // namespace gradcut
