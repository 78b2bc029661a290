#pragma once

#include "gradcut/core/saliency.h"
#include "gradcut/saliency/gradient.h"

namespace gradcut {

/// The image without evidence that Integrated Gradients starts from.
enum class Baseline {
  kBlack,  ///< All pixels 0.
  kMean,   ///< The mean colour of the classifier's normalisation, 0 in its input.
};

struct IntegratedGradientsOptions {
  int steps = 50;
  Baseline baseline = Baseline::kBlack;
};

struct IntegratedMap {
  cv::Mat map;  ///< `CV_32FC1`, >= 0, of the view's size.
  Completeness completeness;
};

/// Integrated Gradients (Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep
/// Networks", eq. 1): a_c = (x_c - x'_c) * integral over t in [0, 1] of dS/dx_c at x' + t (x - x'),
/// by the midpoint rule, then reduced over the colours c. x' is the baseline.
IntegratedMap IntegratedGradients(const ScoredImage& image, ChannelReduction reduction,
                                  const IntegratedGradientsOptions& options = {});

}  // namespace gradcut
