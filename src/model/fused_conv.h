#pragma once

#include "model/parameters.h"

#include <ATen/ATen.h>

#include <memory>

namespace gradcut {

enum class Activation;

/// A convolution of float32 on the CPU with its bias and activation in the same pass over the
/// output, and its weights laid out once. `at::conv2d` does each by itself, in copies of other
/// layouts. The values are the same but for the order of sums; gradients flow to the input alone,
/// of the first order.
class FusedConv {
 public:
  struct Geometry {
    int stride = 1;
    std::int64_t padding = 0;  ///< Zeros on each side of the input.
    std::int64_t groups = 1;
  };

  /// Null where there is no such kernel: for other devices and types, large kernels over many
  /// channels, and a LibTorch without oneDNN.
  static std::shared_ptr<const FusedConv> Make(const FoldedConv& conv, const Geometry& geometry,
                                               Activation activation);
  virtual ~FusedConv() = default;

  /// N x C x H x W, whatever its strides in memory; the result is channels last.
  at::Tensor operator()(const at::Tensor& input) const;

  /// What autograd is told to call: the output, and the gradient with respect to `input`, from that
  /// with respect to `output`.
  at::Tensor Forward(const at::Tensor& input) const;
  at::Tensor Backward(const at::Tensor& gradient, const at::Tensor& output,
                      const at::Tensor& input) const;

 protected:
  explicit FusedConv(Activation activation) : activation_(activation) {}

  Activation activation() const { return activation_; }

 private:
  // Channels last, all of them.
  virtual at::Tensor Convolve(const at::Tensor& input) const = 0;  // And activates.
  virtual at::Tensor ByInput(const at::Tensor& gradient, const at::Tensor& output,
                             const at::Tensor& input) const = 0;

  const Activation activation_;
};

}  // namespace gradcut
