#include "gradcut/saliency/score_cam.h"

#include "saliency/reduce.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

// Activations N x h x w as masks N x 1 x H x W in [0, 1], H x W being the input's size. The corner
// cells lie on the corner pixels, as the Python package grad-cam has it.
at::Tensor Masks(const at::Tensor& activations, const at::Tensor& input) {
  const at::Tensor grown = at::upsample_bilinear2d(
      activations.unsqueeze(1), {input.size(2), input.size(3)}, /*align_corners=*/true);
  const at::Tensor least = grown.amin({2, 3}, /*keepdim=*/true);
  return (grown - least) / (grown.amax({2, 3}, /*keepdim=*/true) - least);
}

}  // namespace

cv::Mat ScoreCam(const ScoredImage& image, const std::string& layer, MapSign sign) {
  ScoredInput& input = image.input();
  const at::Tensor& x = input.tensor();
  const at::Tensor a = input.Activations(layer)[0];
  const at::Tensor alive = (a.amax({1, 2}) > a.amin({1, 2})).nonzero().flatten();
  // A channel without contrast hides everything; all of them share one score.
  at::Tensor scores = input.ValuesOf(at::zeros_like(x)).repeat({a.size(0)});
  input.ForEachBatch(static_cast<int>(alive.numel()), [&](int first, int count) {
    const at::Tensor channels = alive.narrow(0, first, count);
    scores.index_put_({channels}, input.ValuesOf(x * Masks(a.index_select(0, channels), x)));
  });
  const at::Tensor weights = scores.softmax(0).view({-1, 1, 1});
  return WithSign((weights * a).sum(0), sign);
}

}  // namespace gradcut
