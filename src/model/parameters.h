#pragma once

#include "gradcut/io/safetensors.h"

#include <ATen/ATen.h>

#include <set>
#include <string>

namespace gradcut {

/// A convolution with the batch norm behind it folded in.
struct FoldedConv {
  at::Tensor weight;  ///< Out x in/groups x kh x kw, channels last.
  at::Tensor bias;    ///< Out.
};

/// Takes the parameters of a network out of a weight file, one by one, and knows at the end which
/// ones nobody asked for. All problems are collected, so that `Finish` can name them together.
class Parameters {
 public:
  /// What is taken gets this device and floating-point type.
  Parameters(const SafetensorsFile& file, at::TensorOptions options)
      : file_(file), options_(options) {}

  /// The tensor of that name and shape; zeros (and a noted problem) when the file has no
  /// such tensor.
  at::Tensor Take(const std::string& name, at::IntArrayRef shape);

  /// Convolution `conv`.weight without bias, followed by batch norm `norm`: w' = w * s and
  /// b' = beta - mean * s with s = gamma / sqrt(var + epsilon) (Ioffe and Szegedy 2015).
  FoldedConv TakeConv(const std::string& conv, const std::string& norm, at::IntArrayRef shape,
                      double epsilon);

  /// Throws `Error` if a parameter was missing, wrong or superfluous.
  void Finish() const;

 private:
  at::Tensor TakeOnHost(const std::string& name, at::IntArrayRef shape);

  const SafetensorsFile& file_;
  const at::TensorOptions options_;
  std::set<std::string> taken_;
  std::vector<std::string> problems_;
};

}  // namespace gradcut
