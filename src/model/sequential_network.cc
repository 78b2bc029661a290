#include "model/sequential_network.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace gradcut {

void SequentialNetwork::AddStep(std::string name, int channels, int stride, Function step) {
  AddStep(std::move(name), channels, stride, Step{std::move(step), {}});
}

void SequentialNetwork::AddStep(std::string name, int channels, int stride, ConvLayer step) {
  step.Fuse();
  AddStep(std::move(name), channels, stride, Step{step, step});
}

void SequentialNetwork::AddStep(std::string name, int channels, int stride, Block step) {
  step.Fuse();
  AddStep(std::move(name), channels, stride, Step{step, step});
}

void SequentialNetwork::AddStep(std::string name, int channels, int stride, Step step) {
  const int before = layers_.empty() ? 1 : layers_.back().stride;
  layers_.push_back({std::move(name), channels, before * stride});
  steps_.push_back(std::move(step));
}

void SequentialNetwork::SetPooledHead(Parameters& parameters, const std::string& name) {
  const at::Tensor weight = parameters.Take(name + ".weight", {kImageNetClasses, channels()});
  const at::Tensor bias = parameters.Take(name + ".bias", {kImageNetClasses});
  pooled_head_ = {weight, bias};
  SetHead([weight, bias](const at::Tensor& x) { return at::linear(x.mean({2, 3}), weight, bias); });
}

at::Tensor SequentialNetwork::Forward(const at::Tensor& input,
                                      std::map<std::string, at::Tensor>& keep,
                                      const std::vector<std::string>& leaves) const {
  at::Tensor x = input.contiguous(at::MemoryFormat::ChannelsLast);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    x = steps_[i].run(x);
    const std::string& name = layers_[i].name;
    if (at::GradMode::is_enabled() && !x.requires_grad() &&
        std::find(leaves.begin(), leaves.end(), name) != leaves.end())
      x = x.detach().requires_grad_();
    if (const auto wanted = keep.find(name); wanted != keep.end()) wanted->second = x;
  }
  return head_(x);
}

bool SequentialNetwork::ForwardDense(const std::string& layer, const at::Tensor& activation,
                                     std::map<std::string, at::Tensor>& keep) const {
  const auto start = std::find_if(layers_.begin(), layers_.end(),
                                  [&layer](const auto& each) { return each.name == layer; });
  const auto first = static_cast<std::size_t>(start - layers_.begin()) + 1;
  for (std::size_t i = first; i < steps_.size(); ++i)
    if (!steps_[i].keep_grid) return false;
  Dilation dilation;
  at::Tensor x = activation;
  for (std::size_t i = first; i < steps_.size(); ++i) {
    x = steps_[i].keep_grid(x, &dilation);
    if (const auto wanted = keep.find(layers_[i].name); wanted != keep.end()) wanted->second = x;
  }
  return true;
}

}  // namespace gradcut
