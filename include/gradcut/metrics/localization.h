#pragma once

#include "gradcut/metrics/heat_pixels.h"

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <vector>

namespace gradcut {

/// How well heat maps say where the object is, as weakly supervised localization measures it.

/// Pixel-wise average precision over a data set (Choe et al. 2020, section 4.2): the area under the
/// precision-recall curve of all scored pixels of all images, at thresholds 0, 0.001, ... 1.
class PixelAveragePrecision {
 public:
  void Add(const HeatPixels& pixels);
  PixelAveragePrecision& operator+=(const PixelAveragePrecision& other);

  /// The counts in a row, as `AddCounts` takes them.
  std::vector<std::int64_t> Counts() const;
  /// Throws `std::invalid_argument` for another number of counts.
  void AddCounts(std::span<const std::int64_t> counts);

  /// Nothing if no truth had an object.
  std::optional<double> Value() const;

 private:
  static constexpr int kBins = 1001;
  std::array<std::int64_t, kBins> object_ = {};
  std::array<std::int64_t, kBins> background_ = {};
};

/// Share of the heat map's largest values that lie on the object or at most `tolerance_px` from it:
/// the pointing game (Zhang et al. 2016), usually 0 or 1. Nothing without an object. `nearest` is
/// `pixels.NearestObject()`.
std::optional<double> PointingGame(const HeatPixels& pixels, const cv::Mat& nearest,
                                   int tolerance_px = 15);

/// Share of the heat that lies on the object (Wang et al. 2020, energy-based pointing game), of
/// the map as it is, not stretched; negative values count as 0. If `class_index` is given, only
/// pixels of that class are object. Nothing without heat or object.
std::optional<double> EnergyOnObject(const cv::Mat& heat, const cv::Mat& truth,
                                     std::optional<int> class_index = std::nullopt);

}  // namespace gradcut
