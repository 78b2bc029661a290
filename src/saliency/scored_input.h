#pragma once

#include "model/network.h"
#include "saliency/target_score.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {

/// What a layer has to say: both C x h x w.
struct LayerEvidence {
  at::Tensor activations;  ///< A.
  at::Tensor gradients;    ///< dS/dA.
};

/// What an explanation needs of one forward and backward pass.
struct Needs {
  bool input_gradient = false;
  std::vector<std::string> layers = {};  ///< Activations and gradients of these,
  std::vector<std::string> seen = {};    ///< activations alone of these.
};

/// The tensors of a `ScoredImage`.
class ScoredInput {
 public:
  /// `tensor` is 1 x 3 x H x W as the network wants it, on its device; `memory` is in MB.
  ScoredInput(const Network& network, at::Tensor tensor, std::shared_ptr<TargetScore> score,
              int memory);

  const Network& network() const { return network_; }
  const at::Tensor& tensor() const { return tensor_; }
  const std::shared_ptr<TargetScore>& score() const { return score_; }
  int memory() const { return memory_; }

  /// Computes in one pass what several methods will ask for, and decides the score.
  void Prepare(const Needs& needs);

  /// dS/dx, 1 x 3 x H x W.
  const at::Tensor& InputGradient();

  LayerEvidence Layer(const std::string& name);
  const at::Tensor& Activations(const std::string& name);  ///< 1 x C x h x w.

  /// dS/dz, 1 x classes.
  at::Tensor LogitWeights();

  /// The same score of other inputs (N x 3 x H x W): its values (N), its gradients (like them).
  at::Tensor ValuesOf(const at::Tensor& inputs);
  at::Tensor GradientsOf(const at::Tensor& inputs);

  /// Calls `visit(first, count)` for as many inputs at a time as pay and fit into the memory.
  template <class Visit>
  void ForEachBatch(int total, const Visit& visit) const {
    for (int first = 0; first < total; first += batch_)
      visit(first, std::min(batch_, total - first));
  }

 private:
  const Network& network_;
  const at::Tensor tensor_;
  const std::shared_ptr<TargetScore> score_;
  const int memory_;
  int batch_ = 1;
  GradientPass pass_;
};

}  // namespace gradcut
