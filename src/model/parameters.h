#pragma once

#include "gradcut/tensor/stored_tensor.h"

#include <ATen/ATen.h>

#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// A convolution with the batch norm behind it folded in.
struct FoldedConv {
  at::Tensor weight;  ///< Out x in/groups x kh x kw, channels last.
  at::Tensor bias;    ///< Out.
};

/// Whether a convolution in front of a batch norm has a bias of its own.
enum class ConvBias { kWithout, kWith };

/// The shapes of a network's parameters by name.
using ParameterShapes = std::map<std::string, std::vector<std::int64_t>>;

/// Takes the parameters of a network out of a weight file, one by one, and knows at the end which
/// ones nobody asked for. All problems are collected, so that `Finish` can name them together.
class Parameters {
 public:
  /// `file` names the source in messages; `tensors` must outlive this. What is taken gets the
  /// device and floating-point type of `options`; on the meta device nothing is allocated.
  Parameters(std::string file, const StoredTensors& tensors, at::TensorOptions options)
      : file_(std::move(file)), tensors_(tensors), options_(options) {}

  /// The tensor of that name and shape (stored as F16, BF16, F32 or F64); zeros (and a noted
  /// problem) when the file has no such tensor.
  at::Tensor Take(const std::string& name, at::IntArrayRef shape);

  /// Convolution `conv`.weight and `conv`.bias.
  FoldedConv TakeConv(const std::string& conv, at::IntArrayRef shape);

  /// Convolution `conv`.weight (and `conv`.bias b), followed by batch norm `norm`: w' = w * s and
  /// b' = beta + (b - mean) * s with s = gamma / sqrt(var + epsilon) (Ioffe and Szegedy 2015).
  FoldedConv TakeConv(const std::string& conv, const std::string& norm, at::IntArrayRef shape,
                      double epsilon, ConvBias bias = ConvBias::kWithout);

  /// Throws `Error` if a parameter was missing, wrong or superfluous.
  void Finish() const;

  /// What was asked for so far.
  const ParameterShapes& taken() const { return taken_; }
  at::Device device() const { return options_.device(); }

 private:
  at::Tensor TakeOnHost(const std::string& name, at::IntArrayRef shape);

  const std::string file_;
  const StoredTensors& tensors_;
  const at::TensorOptions options_;
  ParameterShapes taken_;
  std::vector<std::string> problems_;
};

/// Throws `Error` naming `file` and the tensors that hold numbers no training leaves: nan,
/// infinity, a variance below 0. The network's own output need not show them.
void CheckNumbers(const std::string& file, const StoredTensors& tensors);

}  // namespace gradcut
