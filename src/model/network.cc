#include "model/network.h"

#include <torch/csrc/autograd/autograd.h>

namespace gradcut {

GradientPass ComputeGradients(const Network& network, const at::Tensor& input,
                              const ScoreWeights& weights, const std::vector<std::string>& layers) {
  GradientPass pass;
  for (const std::string& layer : layers) pass.activations.emplace(layer, at::Tensor());

  const at::Tensor leaf = input.detach().requires_grad_();
  const at::Tensor logits = network.Forward(leaf, pass.activations);
  pass.logits = logits.detach();
  const at::Tensor score = (logits * weights(pass.logits)).sum();

  std::vector<at::Tensor> wanted = {leaf};
  for (const auto& [layer, activation] : pass.activations) wanted.push_back(activation);
  const std::vector<at::Tensor> found = torch::autograd::grad({score}, wanted);

  pass.input_gradient = found[0];
  std::size_t next = 1;
  for (auto& [layer, activation] : pass.activations) {
    activation = activation.detach();
    pass.gradients[layer] = found[next++];
  }
  return pass;
}

}  // namespace gradcut
