#pragma once

#include "gradcut/metrics/box_accuracy.h"
#include "gradcut/metrics/localization.h"
#include "metrics/exact_sum.h"
#include "metrics/tally.h"

#include <array>
#include <cstdint>

namespace gradcut {

// Heat maps.
class HeatMapTally {
 public:
  explicit HeatMapTally(const EvaluateOptions& options) : options_(&options) {}
  std::vector<std::string> Columns() const;
  std::optional<std::vector<double>> Add(const Pair& pair, bool voc);
  void Merge(const HeatMapTally& other);
  CountList Counts() const;
  void AddCounts(CountReader counts);
  MaskReadings& readings() { return readings_; }
  const MaskReadings& readings() const { return readings_; }
  void Report(EvaluateReport& report) const;

 private:
  // Sums over the images that show a class.
  struct ClassEnergy {
    std::int64_t images = 0;
    ExactSum energy, area;
  };
  // Sums of `HeatMapCurves`, in the order of its members.
  using CurveSums = std::array<std::array<ExactSum, kThresholds>, 5>;
  bool WithBoxes() const { return options_->measures == Measures::kAll; }
  void AddClasses(const cv::Mat& heat, const cv::Mat& truth);
  HeatMapCurves MeanCurves() const;

  const EvaluateOptions* options_;
  MaskReadings readings_;
  std::int64_t images_ = 0;
  CurveSums curves_ = {};
  PixelAveragePrecision pixel_precision_;
  BoxAccuracy boxes_;
  std::array<ClassEnergy, 256> classes_ = {};
};

}  // namespace gradcut
