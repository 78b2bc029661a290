#include "gradcut/saliency/integrated_gradients.h"

#include "saliency/attributions.h"
#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

at::Tensor BaselineLike(const at::Tensor& x, Baseline baseline,
                        const InputNormalisation& normalisation) {
  at::Tensor start = at::zeros_like(x);
  if (baseline == Baseline::kBlack)
    for (int c = 0; c < 3; ++c)
      start.select(1, c).fill_(-normalisation.mean[c] / normalisation.std[c]);
  return start;
}

}  // namespace

IntegratedTensor IntegratedAttributions(const ScoredImage& image,
                                        const IntegratedGradientsOptions& options) {
  ScoredInput& input = image.input();
  const at::Tensor& x = input.tensor();
  const at::Tensor start = BaselineLike(x, options.baseline, input.network().normalisation());
  const at::Tensor path = x - start;
  at::Tensor sum = at::zeros_like(x);
  input.ForEachBatch(options.steps, [&](int first, int count) {
    const at::Tensor t =
        ((at::arange(first, first + count, x.options()) + 0.5) / options.steps).view({-1, 1, 1, 1});
    sum += input.GradientsOf(start + t * path).sum(0, /*keepdim=*/true);
  });
  const at::Tensor attributions = path * sum / options.steps;
  const at::Tensor difference = input.ValuesOf(x) - input.ValuesOf(start);
  return {
      attributions,
      {attributions.sum(at::kDouble).item<double>(), difference.to(at::kDouble).item<double>()}};
}

IntegratedMap IntegratedGradients(const ScoredImage& image, ChannelReduction reduction,
                                  const IntegratedGradientsOptions& options) {
  const IntegratedTensor found = IntegratedAttributions(image, options);
  return {Reduce(found.attributions, reduction), found.completeness};
}

}  // namespace gradcut
