#pragma once

#include "gradcut/metrics/binary_counts.h"
#include "gradcut/metrics/evaluate.h"
#include "gradcut/metrics/localization.h"
#include "metrics/mask_readings.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

// What a protocol counts. Each tally has the same six members:
//
//   explicit Tally(const EvaluateOptions&)
//   Columns()      the names of the per-image measures
//   Add(pair, voc) reads and scores a pair; its values, or nothing if its truth is all void
//   Merge(other)   adds the counts of other images, which come after these
//   readings()     how files were read, those of unscored pairs too
//   Report(report) fills in totals and classes; the images are there already

inline bool WithStructure(const EvaluateOptions& options) {
  return options.measures >= Measures::kStructure;
}

// Object masks.
class MaskTally {
 public:
  explicit MaskTally(const EvaluateOptions& options) : options_(&options) {}
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const MaskTally& other);
  const MaskReadings& readings() const { return readings_; }
  void Report(EvaluateReport& report) const;

 private:
  const EvaluateOptions* options_;
  MaskReadings readings_;
  BinaryCounts pooled_;
};

// Class labels.
class ClassTally {
 public:
  explicit ClassTally(const EvaluateOptions& options);
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const ClassTally& other);
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

// Heat maps.
class HeatMapTally {
 public:
  explicit HeatMapTally(const EvaluateOptions& options) : options_(&options) {}
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const HeatMapTally& other);
  const MaskReadings& readings() const { return readings_; }
  void Report(EvaluateReport& report) const;

 private:
  // Sums over the images that show a class.
  struct ClassEnergy {
    std::int64_t images = 0;
    double energy = 0;
    double area = 0;
  };
  bool WithBoxes() const { return options_->measures == Measures::kAll; }
  void AddClasses(const cv::Mat& heat, const cv::Mat& truth);

  const EvaluateOptions* options_;
  MaskReadings readings_;
  std::int64_t images_ = 0;
  HeatMapCurves curves_;
  PixelAveragePrecision pixel_precision_;
  BoxAccuracy boxes_;
  std::array<ClassEnergy, 256> classes_ = {};
};

// The mean of a column over the images that have it.
std::optional<double> MeanOfColumn(const EvaluateReport& report, std::size_t column);

// A total for every column: its mean and interval, under the name prefix + column.
void ReportColumnMeans(const std::string& prefix, const BootstrapOptions& bootstrap,
                       EvaluateReport& report);

}  // namespace gradcut
