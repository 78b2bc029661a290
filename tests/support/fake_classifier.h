#pragma once

#include "gradcut/model/classifier.h"
#include "model/conv_layer.h"
#include "model/network.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

/// A linear classifier whose input gradient is known: logit c = sum over pixels and channels of
/// `weights[c]` (3 x side x side) times the input. Pixels arrive as they are (mean 0, deviation 1).
class LinearNetwork : public Network {
 public:
  explicit LinearNetwork(std::vector<at::Tensor> weights) : weights_(std::move(weights)) {}

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>&) const override {
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

/// A classifier of one class with hidden layers whose gradients are known, for inputs of any size
/// in multiples of 32: layer "cells" is the mean colour of 16 x 16 pixels (0 to 1), layer "last"
/// that of 2 x 2 cells, and the logit is 1/2 sum over last's positions and colours k of weights[k]
/// last_k^2. So the gradient by last_k is weights[k] last_k, and a fourth of that by each of its
/// cells.
class CellNetwork : public Network {
 public:
  explicit CellNetwork(const std::array<float, 3>& weights)
      : weights_(at::tensor(at::ArrayRef<float>(weights)).unsqueeze(0)) {}

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>&) const override {
    const at::Tensor cells = Keep(at::avg_pool2d(input, 16), "cells", keep);
    const at::Tensor last = Keep(at::avg_pool2d(cells, 2), "last", keep);
    return 0.5 * at::matmul(last.square().sum({2, 3}), weights_.t());
  }
  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return at::kCPU; }
  int native_size() const override { return 64; }
  int class_count() const override { return 1; }

 private:
  // The activation to go on with, stored where it is wanted.
  static at::Tensor Keep(const at::Tensor& x, const std::string& name,
                         std::map<std::string, at::Tensor>& keep) {
    const auto wanted = keep.find(name);
    if (wanted == keep.end()) return x;
    const bool starts = at::GradMode::is_enabled() && !x.requires_grad();
    return wanted->second = starts ? x.detach().requires_grad_() : x;
  }

  at::Tensor weights_;
  std::vector<NetworkLayer> layers_ = {{"cells", 3, 16}, {"last", 3, 32}};
  InputNormalisation normalisation_ = {{0, 0, 0}, {255, 255, 255}};
};

/// A classifier of one class out of two layers of ReLUs: logit = sum_j v_j ReLU(sum_i u_ji
/// ReLU(x_i)), with `first` = u (units x values of the input) and `second` = v.
class ReluNetwork : public Network {
 public:
  ReluNetwork(at::Tensor first, at::Tensor second)
      : first_(std::move(first)), second_(std::move(second)) {}

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>&,
                     const std::vector<std::string>&) const override {
    const at::Tensor x = Activate(Activation::kRelu, input.flatten(1) * 1);
    return at::linear(Activate(Activation::kRelu, at::linear(x, first_)), second_.unsqueeze(0));
  }
  const std::vector<NetworkLayer>& layers() const override { return none_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return at::kCPU; }
  int native_size() const override { return 1; }
  int class_count() const override { return 1; }

 private:
  at::Tensor first_, second_;
  std::vector<NetworkLayer> none_;
  InputNormalisation normalisation_ = {{0, 0, 0}, {1, 1, 1}};
};

/// A classifier whose head is linear: logits are `weights` (classes x 3) times the mean colour (0
/// to 1) of the layer "cells", the mean colours of 16 x 16 pixels.
class PooledNetwork : public Network {
 public:
  explicit PooledNetwork(at::Tensor weights) : weights_(std::move(weights)) {}

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>&) const override {
    const at::Tensor cells = at::avg_pool2d(input, 16);
    if (const auto wanted = keep.find("cells"); wanted != keep.end()) wanted->second = cells;
    return at::linear(cells.mean({2, 3}), weights_);
  }
  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return at::kCPU; }
  int native_size() const override { return 64; }
  int class_count() const override { return static_cast<int>(weights_.size(0)); }
  PooledHead pooled_head() const override { return {weights_, at::zeros(weights_.size(0))}; }

 private:
  at::Tensor weights_;
  std::vector<NetworkLayer> layers_ = {{"cells", 3, 16}};
  InputNormalisation normalisation_ = {{0, 0, 0}, {255, 255, 255}};
};

/// A network of no named layers around a `CellNetwork`.
class LayerlessNetwork : public CellNetwork {
 public:
  using CellNetwork::CellNetwork;
  const std::vector<NetworkLayer>& layers() const override { return none_; }

 private:
  std::vector<NetworkLayer> none_;
};

/// A classifier over such a network, of the architecture "cells".
template <class AnyNetwork = CellNetwork>
std::shared_ptr<const Classifier> CellClassifier(const std::array<float, 3>& weights) {
  ClassifierInfo info;
  info.architecture = "cells";
  info.file = "cells.pt";
  return std::make_shared<Classifier>(std::make_unique<AnyNetwork>(weights), NumberedClassNames(1),
                                      info);
}

/// A classifier over a `LinearNetwork`, its classes named "class 0", "class 1", ...
inline std::shared_ptr<const Classifier> LinearClassifier(std::vector<at::Tensor> weights) {
  const int count = static_cast<int>(weights.size());
  return std::make_shared<Classifier>(std::make_unique<LinearNetwork>(std::move(weights)),
                                      NumberedClassNames(count), ClassifierInfo{});
}

}  // namespace gradcut
