#pragma once

#include "gradcut/model/classifier.h"
#include "model/network.h"

#include <ATen/ATen.h>

#include <memory>
#include <vector>

namespace gradcut {

/// A linear classifier whose input gradient is known: logit c = sum over pixels and channels of
/// `weights[c]` (3 x side x side) times the input. Pixels arrive as they are (mean 0, deviation 1).
class LinearNetwork : public Network {
 public:
  explicit LinearNetwork(std::vector<at::Tensor> weights) : weights_(std::move(weights)) {}

  at::Tensor Forward(const at::Tensor& input,
                     std::map<std::string, at::Tensor>& keep) const override {
    const at::Tensor x = input * 1;  // The activation of layer "input".
    if (const auto wanted = keep.find("input"); wanted != keep.end()) wanted->second = x;
    std::vector<at::Tensor> logits;
    for (const at::Tensor& weight : weights_) logits.push_back((x[0] * weight).sum());
    return at::stack(logits).unsqueeze(0);
  }
  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return at::kCPU; }
  int native_size() const override { return static_cast<int>(weights_[0].size(1)); }
  int class_count() const override { return static_cast<int>(weights_.size()); }

 private:
  std::vector<at::Tensor> weights_;
  std::vector<NetworkLayer> layers_ = {{"input", 3, 1}};
  InputNormalisation normalisation_ = {{0, 0, 0}, {1, 1, 1}};
};

/// A classifier over a `LinearNetwork`, its classes named "class 0", "class 1", ...
inline std::shared_ptr<const Classifier> LinearClassifier(std::vector<at::Tensor> weights) {
  const int count = static_cast<int>(weights.size());
  return std::make_shared<Classifier>(std::make_unique<LinearNetwork>(std::move(weights)),
                                      NumberedClassNames(count), ClassifierInfo{});
}

}  // namespace gradcut
