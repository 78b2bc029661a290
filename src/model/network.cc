#include "model/network.h"

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

namespace gradcut {

GradientPass ComputeGradients(const Network& network, const at::Tensor& input,
                              const ScoreWeights& weights, const std::vector<std::string>& layers,
                              bool by_input, const std::vector<std::string>& seen) {
  GradientPass pass;
  for (const auto* const names : {&layers, &seen})
    for (const std::string& layer : *names) pass.activations.emplace(layer, at::Tensor());
  const at::AutoGradMode recorded(by_input || !layers.empty());

  const at::Tensor leaf = input.detach().requires_grad_(by_input);
  const at::Tensor logits = network.Forward(leaf, pass.activations, layers);
  pass.logits = logits.detach();
  const at::Tensor score = (logits * weights(pass.logits)).sum();

  std::vector<at::Tensor> wanted;
  if (by_input) wanted.push_back(leaf);
  for (const std::string& layer : layers) wanted.push_back(pass.activations.at(layer));
  if (!wanted.empty()) {
    const std::vector<at::Tensor> found = torch::autograd::grad({score}, wanted);
    std::size_t next = 0;
    if (by_input) pass.input_gradient = found[next++];
    for (const std::string& layer : layers) pass.gradients[layer] = found[next++];
  }
  for (auto& [layer, activation] : pass.activations) activation = activation.detach();
  return pass;
}

std::vector<GradientPass> ComputeEachGradient(const Network& network, const at::Tensor& input,
                                              const std::vector<Score>& scores,
                                              const std::vector<std::string>& layers,
                                              const std::vector<std::string>& seen) {
  const at::AutoGradMode gradients(!scores.empty());
  std::map<std::string, at::Tensor> kept;
  for (const auto* const names : {&layers, &seen})
    for (const std::string& layer : *names) kept.emplace(layer, at::Tensor());
  const at::Tensor logits = network.Forward(input.detach(), kept, layers);
  GradientPass shared;
  shared.logits = logits.detach();
  std::vector<at::Tensor> wanted;
  for (const auto& [layer, activation] : kept) shared.activations[layer] = activation.detach();
  for (const std::string& layer : layers) wanted.push_back(kept.at(layer));
  std::vector<GradientPass> passes(std::max<std::size_t>(scores.size(), 1), shared);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool last = i + 1 == scores.size();
    // A score of one layer says nothing of those behind it.
    const std::vector<at::Tensor> found = torch::autograd::grad(
        {scores[i](logits, kept)}, wanted, /*grad_outputs=*/{}, /*retain_graph=*/!last,
        /*create_graph=*/false, /*allow_unused=*/true);
    std::size_t next = 0;
    for (const std::string& layer : layers) passes[i].gradients[layer] = found[next++];
  }
  return passes;
}

}  // namespace gradcut
