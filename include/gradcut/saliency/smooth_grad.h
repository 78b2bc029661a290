#pragma once

#include "gradcut/core/options.h"
#include "gradcut/saliency/gradient.h"

#include <cstdint>

namespace gradcut {

struct SmoothGradOptions {
  int samples = 25;
  /// Standard deviation of the noise, as a share of the normalised input's range (the paper takes
  /// 0.1 to 0.2).
  double noise = 0.15;
  /// Sample s, s = 0, 1, ..., has the noise of `FillNormal` with the stream
  /// `SplitMix64(seed, s)`, in the order channel, row, column.
  std::uint64_t seed = 0;
};

/// What is made of the gradients g_s of the noisy images.
enum class SmoothGradKind {
  kMean,      ///< E[g] (Smilkov et al. 2017, "SmoothGrad: removing noise by adding noise", eq. 2).
  kSquared,   ///< E[g^2] (Hooker et al. 2019, "A Benchmark for Interpretability Methods", 4.1).
  kVariance,  ///< E[g^2] - E[g]^2 (Adebayo et al. 2018, "Local Explanation Methods", section 2).
};

/// Gradients by the input of `samples` copies of the image with Gaussian noise, put together by
/// `kind` for each pixel and colour, then reduced over the colours (squares and variances by their
/// maximum or sum). The classes are those of the image without noise. `CV_32FC1`, >= 0.
cv::Mat SmoothGrad(const ScoredImage& image, SmoothGradKind kind, ChannelReduction reduction,
                   const SmoothGradOptions& options = {});

}  // namespace gradcut
