#include "gradcut/saliency/smooth_grad.h"

#include "gradcut/core/random.h"
#include "saliency/attributions.h"
#include "saliency/reduce.h"
#include "saliency/scored_input.h"

#include <span>

namespace gradcut {
namespace {

// Standard normal noise for `count` samples from `first` on, shaped like `like` but for the first
// dimension.
at::Tensor Noise(const at::Tensor& like, std::uint64_t seed, int first, int count) {
  const at::Tensor noise = at::empty({count, like.size(1), like.size(2), like.size(3)}, at::kFloat);
  const auto size = static_cast<std::size_t>(like.numel());
  for (int i = 0; i < count; ++i)
    FillNormal(SplitMix64(seed, static_cast<std::uint64_t>(first) + i),
               std::span(noise[i].data_ptr<float>(), size));
  return noise.to(like.options());
}

}  // namespace

at::Tensor SmoothAttributions(const ScoredImage& image, SmoothGradKind kind,
                              const SmoothGradOptions& options) {
  ScoredInput& input = image.input();
  const at::Tensor& x = input.tensor();
  const at::Tensor deviation = options.noise * (x.max() - x.min());
  at::Tensor sum = at::zeros_like(x), squares = at::zeros_like(x);
  input.ForEachBatch(options.samples, [&](int first, int count) {
    const at::Tensor gradients =
        input.GradientsOf(x + deviation * Noise(x, options.seed, first, count));
    sum += gradients.sum(0, /*keepdim=*/true);
    if (kind != SmoothGradKind::kMean) squares += gradients.square().sum(0, /*keepdim=*/true);
  });
  at::Tensor mean = sum / options.samples;
  if (kind == SmoothGradKind::kMean) return mean;
  squares /= options.samples;
  if (kind == SmoothGradKind::kVariance) squares = (squares - mean.square()).clamp_min(0);
  return squares;
}

cv::Mat SmoothGrad(const ScoredImage& image, SmoothGradKind kind, ChannelReduction reduction,
                   const SmoothGradOptions& options) {
  const at::Tensor found = SmoothAttributions(image, kind, options);
  return kind == SmoothGradKind::kMean ? Reduce(found, reduction) : ReduceSquares(found, reduction);
}

}  // namespace gradcut
