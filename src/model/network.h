#pragma once

#include "gradcut/model/weights.h"

#include <ATen/ATen.h>

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace gradcut {

/// How a network wants its pixels: `(x - mean) / std` per RGB channel, x in 0-255.
struct InputNormalisation {
  std::array<float, 3> mean;
  std::array<float, 3> std;
};

/// A head whose logits are `weights` (classes x channels of the last layer) times the mean of the
/// last layer's activations over its cells, plus `bias` (classes). Both undefined for none.
struct PooledHead {
  at::Tensor weights, bias;
};

/// The computation of an image classifier: frozen parameters, no state between calls, safe to use
/// from several threads at once.
class Network {
 public:
  virtual ~Network() = default;

  /// Logits (N x classes) of `input` (N x 3 x H x W, float32, normalised). The activations of the
  /// layers that are keys of `keep` are stored there (N x channels x h x w). When gradients are on
  /// and `input` needs none, the autograd graph begins no later than at the first of `leaves`.
  virtual at::Tensor Forward(const at::Tensor& input, std::map<std::string, at::Tensor>& keep,
                             const std::vector<std::string>& leaves) const = 0;

  /// From the input to the head.
  virtual const std::vector<NetworkLayer>& layers() const = 0;

  virtual const InputNormalisation& normalisation() const = 0;
  virtual at::Device device() const = 0;  ///< Where the parameters are and inputs must be.
  virtual int native_size() const = 0;    ///< Side of the square input it was trained at, pixels.
  virtual int class_count() const = 0;

  /// The head, if it is one of that kind.
  virtual PooledHead pooled_head() const { return {}; }

  /// Goes on from the `activation` of a layer to the last one on the grid of that: strides are left
  /// out and kernels dilated (`Dilation`). Stores activations as `Forward` does. A part of the
  /// cells, one of each stride x stride, is what `Forward` computes. False, and nothing is done,
  /// for a network that can't.
  virtual bool ForwardDense(const std::string& layer, const at::Tensor& activation,
                            std::map<std::string, at::Tensor>& keep) const {
    static_cast<void>(layer), static_cast<void>(activation), static_cast<void>(keep);
    return false;
  }
};

/// One forward and one backward pass over N inputs.
struct GradientPass {
  at::Tensor logits;          ///< N x classes.
  at::Tensor input_gradient;  ///< N x 3 x H x W, of the score by the input; undefined if unwanted.
  std::map<std::string, at::Tensor> activations;  ///< By layer, N x C x h x w.
  std::map<std::string, at::Tensor> gradients;    ///< Of the score, shaped like the activations.
};

/// The weights of the classes in the score whose gradient is wanted, held constant: N x classes, or
/// 1 x classes for all inputs alike.
using ScoreWeights = std::function<at::Tensor(const at::Tensor& logits)>;

/// Gradient of `sum_c weights_c * logits_c` (before the softmax) with respect to the input (if
/// `by_input`) and to the activations of `layers` (`torch::autograd::grad`; the parameters get
/// none), for each input by itself. Without the input, what lies before the first of the layers is
/// neither recorded nor gone back through. Activations alone are wanted of the layers `seen`.
GradientPass ComputeGradients(const Network& network, const at::Tensor& input,
                              const ScoreWeights& weights, const std::vector<std::string>& layers,
                              bool by_input = true, const std::vector<std::string>& seen = {});

/// A score out of what a forward pass left: a scalar tensor.
using Score = std::function<at::Tensor(const at::Tensor& logits,
                                       const std::map<std::string, at::Tensor>& activations)>;

/// One forward pass, and a backward pass for each score to the activations of `layers`. The results
/// share logits and activations, those of the layers `seen` too; without scores there is one,
/// without gradients.
std::vector<GradientPass> ComputeEachGradient(const Network& network, const at::Tensor& input,
                                              const std::vector<Score>& scores,
                                              const std::vector<std::string>& layers,
                                              const std::vector<std::string>& seen = {});

}  // namespace gradcut
