#pragma once

#include "gradcut/saliency/integrated_gradients.h"
#include "gradcut/saliency/smooth_grad.h"

#include <ATen/ATen.h>

namespace gradcut {

/// What the methods by pixels find before they reduce it over the colours, 1 x 3 x H x W.

struct IntegratedTensor {
  at::Tensor attributions;
  Completeness completeness;
};

IntegratedTensor IntegratedAttributions(const ScoredImage& image,
                                        const IntegratedGradientsOptions& options);

/// The mean of the gradients, or of squares for the other kinds.
at::Tensor SmoothAttributions(const ScoredImage& image, SmoothGradKind kind,
                              const SmoothGradOptions& options);

at::Tensor GuidedAttributions(const ScoredImage& image);

}  // namespace gradcut
