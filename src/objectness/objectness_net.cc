#include "objectness/objectness_net.h"

namespace gradcut {

std::map<std::string, at::Tensor*> ObjectnessNet::Tensors() {
  std::map<std::string, at::Tensor*> tensors = {
      {"project", &project}, {"project_bias", &project_bias},
      {"context", &context}, {"context_bias", &context_bias},
      {"filter", &filter},   {"filter_bias", &filter_bias},
      {"score", &score},     {"score_bias", &score_bias}};
  std::erase_if(tensors, [](const auto& each) { return !each.second->defined(); });
  return tensors;
}

at::Tensor Project(const ObjectnessNet& net, const at::Tensor& inputs) {
  return at::conv2d(inputs, net.project, net.project_bias);
}

at::Tensor LogitsOf(const ObjectnessNet& net, const at::Tensor& projected, const Dropout& dropout) {
  at::Tensor u = projected;
  if (!net.score.defined()) return u.mean(1);
  const auto convolve = [&net](const at::Tensor& x, const at::Tensor& weights,
                               const at::Tensor& bias, int padding) {
    return at::conv2d(x, weights, bias, /*stride=*/1, padding, /*dilation=*/1, net.nets);
  };
  if (net.context.defined())
    u = u + convolve(u.relu().mean({2, 3}, /*keepdim=*/true), net.context, net.context_bias, 0);
  at::Tensor h = u.relu();
  if (dropout) h = dropout(h);
  if (net.filter.defined()) h = h + convolve(h, net.filter, net.filter_bias, 1).relu();
  return convolve(h, net.score, net.score_bias, 0).mean(1);
}

ObjectnessNet SideBySide(const std::vector<ObjectnessNet>& nets) {
  ObjectnessNet all = nets.front();
  all.nets = static_cast<int>(nets.size());
  for (auto& [name, tensor] : all.Tensors()) {
    std::vector<at::Tensor> parts;
    for (ObjectnessNet net : nets) parts.push_back(*net.Tensors().at(name));
    *tensor = at::cat(parts);
  }
  return all;
}

}  // namespace gradcut
