#include "model/network.h"

#include <torch/csrc/autograd/autograd.h>

namespace gradcut {

GradientPass ComputeGradients(const Network& network, const at::Tensor& input,
                              const ScoreWeights& weights, const std::vector<std::string>& layers,
                              bool by_input) {
  GradientPass pass;
  for (const std::string& layer : layers) pass.activations.emplace(layer, at::Tensor());

  const at::Tensor leaf = input.detach().requires_grad_(by_input);
  const at::Tensor logits = network.Forward(leaf, pass.activations);
  pass.logits = logits.detach();
  const at::Tensor score = (logits * weights(pass.logits)).sum();

  std::vector<at::Tensor> wanted;
  if (by_input) wanted.push_back(leaf);
  for (const auto& [layer, activation] : pass.activations) wanted.push_back(activation);
  if (wanted.empty()) return pass;
  const std::vector<at::Tensor> found = torch::autograd::grad({score}, wanted);

  std::size_t next = 0;
  if (by_input) pass.input_gradient = found[next++];
  for (auto& [layer, activation] : pass.activations) {
    activation = activation.detach();
    pass.gradients[layer] = found[next++];
  }
  return pass;
}

}  // namespace gradcut
