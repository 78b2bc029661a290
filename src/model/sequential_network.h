#pragma once

#include "model/conv_layer.h"
#include "model/network.h"

#include <functional>
#include <string>
#include <vector>

namespace gradcut {

inline constexpr int kImageNetClasses = 1000;

/// ImageNet's mean and deviation as torchvision's models want them.
inline constexpr InputNormalisation kTorchvisionNormalisation = {
    {0.485F * 255, 0.456F * 255, 0.406F * 255}, {0.229F * 255, 0.224F * 255, 0.225F * 255}};

/// A classifier for ImageNet's classes that is a sequence of named steps, each from one activation
/// to the next, and a head that turns the last one into logits. A family fills it step by step.
class SequentialNetwork : public Network {
 public:
  using Function = std::function<at::Tensor(const at::Tensor&)>;

  SequentialNetwork(InputNormalisation normalisation, int native_size, at::Device device)
      : normalisation_(normalisation), native_size_(native_size), device_(device) {}

  /// Appends a step; its activation becomes a layer, `stride` times coarser than the one before.
  void AddStep(std::string name, int channels, int stride, Function step);
  /// The same for steps that can keep the grid of their input.
  void AddStep(std::string name, int channels, int stride, ConvLayer step);
  void AddStep(std::string name, int channels, int stride, Block step);

  /// Channels of the last step's activation; 3 at first.
  int channels() const { return layers_.empty() ? 3 : layers_.back().channels; }

  /// Logits are `head(last activation)`.
  void SetHead(Function head) { head_ = std::move(head); }

  /// The same with the head `weight * mean over cells + bias` of most networks: takes NAME.weight
  /// (classes x channels) and NAME.bias.
  void SetPooledHead(Parameters& parameters, const std::string& name);

  at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                     const std::vector<std::string>& leaves) const override;
  bool ForwardDense(const std::string& layer, const at::Tensor& activation,
                    std::map<std::string, at::Tensor>& keep) const override;
  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return device_; }
  int native_size() const override { return native_size_; }
  int class_count() const override { return kImageNetClasses; }
  PooledHead pooled_head() const override { return pooled_head_; }

 private:
  struct Step {
    Function run;
    std::function<at::Tensor(const at::Tensor&, Dilation*)> keep_grid;  // None for some.
  };

  void AddStep(std::string name, int channels, int stride, Step step);

  const InputNormalisation normalisation_;
  const int native_size_;
  const at::Device device_;
  std::vector<NetworkLayer> layers_;
  std::vector<Step> steps_;  // One a layer.
  Function head_;
  PooledHead pooled_head_;
};

}  // namespace gradcut
