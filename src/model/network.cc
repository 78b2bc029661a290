#include "model/network.h"

#include <torch/csrc/autograd/autograd.h>

namespace gradcut {

GradientPass ComputeGradients(const Network& network, const at::Tensor& input,
                              const ScoreWeights& weights, const std::vector<std::string>& layers,
                              bool by_input, const std::vector<std::string>& seen) {
  GradientPass pass;
  for (const auto* const names : {&layers, &seen})
    for (const std::string& layer : *names) pass.activations.emplace(layer, at::Tensor());
  const at::AutoGradMode recorded(by_input || !layers.empty());

  const at::Tensor leaf = input.detach().requires_grad_(by_input);
  const at::Tensor logits = network.Forward(leaf, pass.activations);
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

}  // namespace gradcut
