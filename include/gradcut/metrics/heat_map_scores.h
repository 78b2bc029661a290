#pragma once

#include "gradcut/metrics/heat_pixels.h"

#include <array>

namespace gradcut {

/// Measures of a heat map, see `HeatPixels`. Where the truth has no object: F, precision
/// and recall are 0, E is the share of background pixels called background.

/// Mean absolute error (Perazzi et al. 2012).
double MeanAbsoluteError(const HeatPixels& pixels);

/// F- and E-measure (see `HeatMapCurves`) at twice the mean heat, at most 1.
struct AdaptiveScores {
  double f = 0;
  double e = 0;
};
AdaptiveScores ScoreAdaptiveThreshold(const HeatPixels& pixels);

inline constexpr int kThresholds = 256;

/// A value at each threshold: of the pixels with heat >= k / 255 called object.
using Curve = std::array<double, kThresholds>;

struct HeatMapCurves {
  Curve precision = {};
  Curve recall = {};
  Curve f = {};    ///< F-measure with beta^2 = 0.3 (Achanta et al. 2009).
  Curve e = {};    ///< Enhanced-alignment measure (Fan et al. 2018).
  Curve iou = {};  ///< Jaccard index; 1 where nothing is there and nothing is called.

  HeatMapCurves& operator+=(const HeatMapCurves& other);
};
HeatMapCurves ScoreThresholds(const HeatPixels& pixels);

}  // namespace gradcut
