#include "gradcut/saliency/saliency.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/io/file.h"
#include "model/network.h"
#include "model/tensor_image.h"
#include "saliency/layers.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr double kLeastContrast = 1e-5;  // Of the greatest value; below, it is rounding errors.

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

// What the passes look for: decided in the first one, the same in all.
struct Target {
  at::Tensor weights;  // 1 x classes, of the logits in the score.
  std::vector<ClassScore> classes;
};

Target ChooseTarget(const at::Tensor& logits, const std::vector<int>& classes, int top,
                    const ClassNames& names) {
  const at::Tensor probabilities = logits[0].softmax(0);
  const at::Tensor selected = SelectClasses(probabilities, classes, top);
  const at::Tensor share = probabilities.index_select(0, selected);
  const at::Tensor sum = share.sum();
  // A single class keeps weight 1 however unlikely it is.
  const at::Tensor scaled = at::where(
      sum > 0, share / sum, at::full_like(share, 1.0 / static_cast<double>(share.numel())));
  Target target;
  target.weights = at::zeros_like(logits).index_put_({at::zeros_like(selected), selected}, scaled);
  const at::Tensor indices = selected.to(at::kCPU);
  const at::Tensor scores = share.to(at::kCPU);
  for (std::int64_t i = 0; i < indices.numel(); ++i) {
    const int index = static_cast<int>(indices[i].item<std::int64_t>());
    target.classes.push_back({index, names[index], scores[i].item<float>()});
  }
  return target;
}

std::string NameOf(const NetworkLayer* layer) { return layer == nullptr ? "" : layer->name; }

// One number a pixel out of a 1 x 3 x H x W gradient.
at::Tensor Reduce(const at::Tensor& gradient, ChannelReduction reduction) {
  return reduction == ChannelReduction::kMaximum ? gradient.abs().amax({0, 1})
                                                 : gradient.square().sum({0, 1});
}

cv::Mat Blurred(const cv::Mat& map, double share) {
  if (!(share > 0)) return map;
  const double sigma = share * std::min(map.rows, map.cols);
  cv::Mat blurred;
  cv::GaussianBlur(map, blurred, {0, 0}, sigma, sigma, cv::BORDER_REFLECT_101);
  return blurred;
}

// The maps of one kind, added up over the passes.
class MapSum {
 public:
  // `map` may have any size; it is mirrored back if its image was mirrored.
  void Add(const cv::Mat& map, bool mirrored, cv::Size size) {
    cv::Mat upright = map;
    if (mirrored) cv::flip(map, upright, /*flipCode=*/1);
    upright = Resize(upright, size);
    sum_ = sum_.empty() ? upright : cv::Mat(sum_ + upright);
  }

  // Scaled to [0, 1]; empty, with the reason in `note`, where there is no contrast.
  cv::Mat Scaled(std::string& note) const {
    if (sum_.empty()) return {};
    double least = 0, greatest = 0;
    if (!cv::checkRange(sum_)) {
      note = "the gradient is not finite";
      return {};
    }
    cv::minMaxLoc(sum_, &least, &greatest);
    if (!(greatest - least > kLeastContrast * greatest)) {
      note = "the gradient is the same everywhere";
      return {};
    }
    const cv::Mat scaled = (sum_ - least) / (greatest - least);
    return cv::min(cv::max(scaled, 0.0F), 1.0F);
  }

 private:
  cv::Mat sum_;
};

// All passes over one image.
class Passes {
 public:
  Passes(const Classifier& classifier, const cv::Mat& image, const std::vector<int>& classes,
         const SaliencyOptions& options)
      : classifier_(classifier),
        network_(classifier.network()),
        image_(image),
        classes_(classes),
        options_(options),
        size_(InputSize(image, options.size, network_.native_size())),
        hidden_(NameOf(FeatureLayer(network_))),
        last_(NameOf(LastLayer(network_))) {}

  Saliency Run() {
    std::vector<cv::Size> sizes = {size_};
    if (options_.second_size > 0)
      sizes.push_back(InputSize(image_, options_.second_size, network_.native_size()));
    for (const cv::Size size : sizes) {
      Pass(size, /*mirrored=*/false);
      if (options_.mirror) Pass(size, /*mirrored=*/true);
    }
    return Fuse();
  }

 private:
  void Pass(cv::Size size, bool mirrored) {
    at::Tensor input = ImageToTensor(image_, size, network_.normalisation());
    if (mirrored) input = input.flip({3});
    const auto weights = [&](const at::Tensor& logits) {
      if (!target_.weights.defined())
        target_ = ChooseTarget(logits, classes_, options_.top_classes, classifier_.class_names());
      return target_.weights;
    };
    std::vector<std::string> layers;
    if (!hidden_.empty()) layers.push_back(hidden_);
    if (options_.layer_cam > 0 && last_ != hidden_) layers.push_back(last_);
    const bool by_input = options_.input_gradient > 0;
    const GradientPass pass =
        ComputeGradients(network_, input.to(network_.device()), weights, layers, by_input);
    if (by_input)
      sums_[0].Add(
          Blurred(TensorToMat(Reduce(pass.input_gradient, options_.reduction)), options_.blur),
          mirrored, size_);
    if (!hidden_.empty()) AddHidden(pass, mirrored);
  }

  void AddHidden(const GradientPass& pass, bool mirrored) {
    if (saliency_.features.empty()) saliency_.features = ToFeatures(pass.activations.at(hidden_));
    if (options_.hidden_gradient > 0)
      sums_[1].Add(TensorToMat(pass.gradients.at(hidden_)[0].square().sum(0).sqrt()), mirrored,
                   size_);
    if (options_.layer_cam > 0)
      sums_[2].Add(
          TensorToMat(
              (pass.gradients.at(last_)[0].relu() * pass.activations.at(last_)[0]).sum(0).relu()),
          mirrored, size_);
  }

  Saliency Fuse() {
    const double weights[] = {options_.input_gradient, options_.hidden_gradient,
                              options_.layer_cam};
    MapSum fused;
    for (std::size_t i = 0; i < std::size(weights); ++i)
      if (const cv::Mat map = sums_[i].Scaled(saliency_.note); !map.empty())
        fused.Add(map * weights[i], /*mirrored=*/false, size_);
    saliency_.heat_map = fused.Scaled(saliency_.note);
    // A map without contrast beside one that has some is no reason to complain.
    if (!saliency_.heat_map.empty()) saliency_.note.clear();
    if (saliency_.heat_map.empty()) saliency_.heat_map = cv::Mat::zeros(size_, CV_32FC1);
    saliency_.classes = std::move(target_.classes);
    return std::move(saliency_);
  }

  const Classifier& classifier_;
  const Network& network_;
  const cv::Mat& image_;
  const std::vector<int>& classes_;
  const SaliencyOptions& options_;
  const cv::Size size_;       // Of the heat map: the first pass's input.
  const std::string hidden_;  // The layer of the features; "" without layers.
  const std::string last_;
  Target target_;
  MapSum sums_[3];
  Saliency saliency_;
};

}  // namespace

void CheckSaliencyOptions(const SaliencyOptions& options, const Classifier& classifier) {
  CheckSaliencyOptions(options);
  Require((options.hidden_gradient == 0 && options.layer_cam == 0) ||
              FeatureLayer(classifier.network()) != nullptr,
          "{}: names no layers, which saliency.hidden_gradient and saliency.layer_cam look at: let "
          "the program return activations and name them under `layers` in its .toml file, or use "
          "--preset classic",
          Printable(classifier.info().file));
}

int FeatureChannels(const Classifier& classifier) {
  const NetworkLayer* const layer = FeatureLayer(classifier.network());
  return layer == nullptr ? 0 : layer->channels;
}

Saliency GradientSaliency(const Classifier& classifier, const cv::Mat& image,
                          const std::vector<int>& classes, const SaliencyOptions& options) {
  CheckSaliencyOptions(options, classifier);
  CheckImage(image, "GradientSaliency: image");
  CheckClasses(classes, classifier.network().class_count());
  return Passes(classifier, image, classes, options).Run();
}

}  // namespace gradcut
