#include "gradcut/saliency/saliency.h"

#include "model/network.h"
#include "model/tensor_image.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

void CheckClasses(const std::vector<int>& classes, int count) {
  for (const int index : classes)
    if (index < 0 || index >= count)
      throw std::invalid_argument(fmt::format("GradientSaliency: class {} of {}", index, count));
}

// The indices asked for, or the best ones; best first.
at::Tensor SelectClasses(const at::Tensor& probabilities, const std::vector<int>& classes,
                         int top) {
  if (classes.empty())
    return std::get<1>(at::topk(probabilities, std::min<std::int64_t>(top, probabilities.numel())));
  const std::vector<std::int64_t> wanted(classes.begin(), classes.end());
  const at::Tensor indices = at::tensor(wanted, probabilities.options().dtype(at::kLong));
  return indices.index_select(
      0, std::get<1>(probabilities.index_select(0, indices).sort(0, /*descending=*/true)));
}

// One number a pixel out of a 1 x 3 x H x W gradient.
at::Tensor Reduce(const at::Tensor& gradient, ChannelReduction reduction) {
  return reduction == ChannelReduction::kMaximum ? gradient.abs().amax({0, 1})
                                                 : gradient.square().sum({0, 1});
}

// Scales to [0, 1]; a map without contrast becomes zeros, with a note.
void Normalise(Saliency& saliency) {
  double least = 0, greatest = 0;
  if (!cv::checkRange(saliency.heat_map)) {
    saliency.note = "the gradient is not finite";
  } else {
    cv::minMaxLoc(saliency.heat_map, &least, &greatest);
    if (!(greatest > least)) saliency.note = "the gradient is the same everywhere";
  }
  const cv::Mat& raw = saliency.heat_map;
  if (saliency.note.empty()) {
    cv::Mat scaled = (raw - least) / (greatest - least);
    saliency.heat_map = cv::min(cv::max(scaled, 0.0F), 1.0F);
  } else {
    saliency.heat_map = cv::Mat::zeros(raw.size(), CV_32FC1);
  }
}

}  // namespace

void Describe(SaliencyOptions& o, OptionList& list) {
  list.Integer("saliency.top_classes", o.top_classes, 1, 1000,
               "best-scoring classes to look for when no --class is given");
  list.Choice("saliency.reduction", o.reduction,
              {{"maximum", ChannelReduction::kMaximum},
               {"sum_of_squares", ChannelReduction::kSumOfSquares}},
              "how the gradients of red, green and blue become one number");
  list.Number("saliency.blur", o.blur, 0, 0.5,
              "standard deviation of the blur of the heat map, as a share of its shorter side");
}

Saliency GradientSaliency(const Classifier& classifier, const cv::Mat& image,
                          const std::vector<int>& classes, const SaliencyOptions& options) {
  Validate(options);
  const Network& network = classifier.network();
  CheckClasses(classes, network.class_count());
  const int side = network.native_size();
  const at::Tensor input =
      ImageToTensor(image, {side, side}, network.normalisation()).to(network.device());

  at::Tensor selected, probabilities;
  const auto weights = [&](const at::Tensor& logits) {
    probabilities = logits[0].softmax(0);
    selected = SelectClasses(probabilities, classes, options.top_classes);
    const at::Tensor share = probabilities.index_select(0, selected);
    const at::Tensor sum = share.sum();
    // A single class keeps weight 1 however unlikely it is.
    const at::Tensor scaled = at::where(
        sum > 0, share / sum, at::full_like(share, 1.0 / static_cast<double>(share.numel())));
    return at::zeros_like(logits).index_put_({at::zeros_like(selected), selected}, scaled);
  };
  const GradientPass pass = ComputeGradients(network, input, weights, {});

  Saliency saliency;
  const at::Tensor indices = selected.to(at::kCPU);
  const at::Tensor scores = probabilities.index_select(0, selected).to(at::kCPU);
  for (std::int64_t i = 0; i < indices.numel(); ++i) {
    const int index = static_cast<int>(indices[i].item<std::int64_t>());
    saliency.classes.push_back({index, classifier.class_names()[index], scores[i].item<float>()});
  }
  saliency.heat_map = TensorToMat(Reduce(pass.input_gradient, options.reduction));
  if (options.blur > 0) {
    const double sigma = options.blur * side;
    cv::Mat blurred;
    cv::GaussianBlur(saliency.heat_map, blurred, {0, 0}, sigma, sigma, cv::BORDER_REFLECT_101);
    saliency.heat_map = blurred;
  }
  Normalise(saliency);
  return saliency;
}

}  // namespace gradcut
