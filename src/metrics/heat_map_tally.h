#pragma once

#include "gradcut/metrics/box_accuracy.h"
#include "gradcut/metrics/localization.h"
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

}  // namespace gradcut
