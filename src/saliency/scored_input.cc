#include "saliency/scored_input.h"

#include <ATen/core/grad_mode.h>

namespace gradcut {
namespace {

// Activations and gradients of a pass, for each pixel of the input: more than any of the networks
// takes (VGG-19 3 kB, EfficientNet-Lite0 1 kB).
constexpr std::int64_t kBytesAPixel = 4096;
constexpr std::int64_t kMegabyte = 1'000'000;
constexpr int kLargestBatch = 64;

int BatchOf(const at::Tensor& tensor, int memory) {
  if (tensor.device().is_cpu()) return 1;
  const std::int64_t bytes = tensor.size(2) * tensor.size(3) * kBytesAPixel;
  return static_cast<int>(std::clamp<std::int64_t>(memory * kMegabyte / bytes, 1, kLargestBatch));
}

}  // namespace

ScoredInput::ScoredInput(const Network& network, at::Tensor tensor,
                         std::shared_ptr<TargetScore> score, int memory)
    : network_(network),
      tensor_(std::move(tensor)),
      score_(std::move(score)),
      memory_(memory),
      batch_(BatchOf(tensor_, memory)) {}

void ScoredInput::Prepare(const Needs& needs) {
  pass_ = ComputeGradients(
      network_, tensor_, [this](const at::Tensor& logits) { return score_->Weights(logits); },
      needs.layers, needs.input_gradient, needs.seen);
}

const at::Tensor& ScoredInput::InputGradient() {
  if (!pass_.input_gradient.defined()) Prepare({.input_gradient = true});
  return pass_.input_gradient;
}

LayerEvidence ScoredInput::Layer(const std::string& name) {
  if (!pass_.gradients.contains(name)) Prepare({.layers = {name}});
  return {pass_.activations.at(name)[0], pass_.gradients.at(name)[0]};
}

const at::Tensor& ScoredInput::Activations(const std::string& name) {
  if (!pass_.activations.contains(name)) Prepare({.seen = {name}});
  return pass_.activations.at(name);
}

at::Tensor ScoredInput::LogitWeights() {
  if (!pass_.logits.defined()) Prepare({});
  return score_->Weights(pass_.logits);
}

at::Tensor ScoredInput::ValuesOf(const at::Tensor& inputs) {
  if (!score_->decided()) Prepare({});
  const at::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> none;
  return score_->Values(network_.Forward(inputs, none, {}));
}

at::Tensor ScoredInput::GradientsOf(const at::Tensor& inputs) {
  if (!score_->decided()) Prepare({});
  return ComputeGradients(network_, inputs,
                          [this](const at::Tensor& logits) { return score_->Weights(logits); }, {})
      .input_gradient;
}

}  // namespace gradcut
