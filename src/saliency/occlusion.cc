#include "gradcut/saliency/occlusion.h"

#include "model/tensor_image.h"
#include "saliency/scored_input.h"

namespace gradcut {
namespace {

// The first pixels of the windows along a side.
std::vector<std::int64_t> Starts(std::int64_t side, std::int64_t window, int step) {
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + window < side; start += step) starts.push_back(start);
  starts.push_back(side - window);
  return starts;
}

}  // namespace

cv::Mat Occlusion(const ScoredImage& image, const OcclusionOptions& options) {
  ScoredInput& input = image.input();
  const at::Tensor& x = input.tensor();
  const std::int64_t height = std::min<std::int64_t>(options.window, x.size(2));
  const std::int64_t width = std::min<std::int64_t>(options.window, x.size(3));
  std::vector<std::pair<std::int64_t, std::int64_t>> corners;
  for (const std::int64_t row : Starts(x.size(2), height, options.step))
    for (const std::int64_t col : Starts(x.size(3), width, options.step))
      corners.emplace_back(row, col);
  const auto window = [&](const at::Tensor& tensor, std::size_t i) {  // Its part of an H x W map.
    return tensor.narrow(-2, corners[i].first, height).narrow(-1, corners[i].second, width);
  };
  const at::Tensor whole = input.ValuesOf(x);
  at::Tensor falls = at::zeros({x.size(2), x.size(3)}, x.options());
  at::Tensor hidings = at::zeros_like(falls);
  input.ForEachBatch(static_cast<int>(corners.size()), [&](int first, int count) {
    const at::Tensor hidden = x.repeat({count, 1, 1, 1});
    for (int i = 0; i < count; ++i) window(hidden[i], first + i).zero_();
    const at::Tensor fall = whole - input.ValuesOf(hidden);
    for (int i = 0; i < count; ++i) {
      window(falls, first + i).add_(fall[i]);
      window(hidings, first + i).add_(1);
    }
  });
  return TensorToMat(falls / hidings);
}

}  // namespace gradcut
