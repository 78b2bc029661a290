#pragma once

#include "gradcut/saliency/scored_image.h"

#include <ATen/ATen.h>

#include <string>
#include <vector>

namespace gradcut {

/// The score of `ScoreKind`. The classes and their weights are decided by the first logits that it
/// sees and stay the same from then on.
class TargetScore {
 public:
  /// `classes` are indices into `names`; empty: the best ones. Throws `std::invalid_argument`.
  TargetScore(const ClassNames& names, const std::vector<int>& classes,
              const ScoreOptions& options);

  /// Takes the first row of the logits (N x classes) unless it is decided.
  void Decide(const at::Tensor& logits);
  bool decided() const { return weights_.defined(); }

  /// The score's gradient with respect to the logits, N x classes or 1 x classes for all alike.
  at::Tensor Weights(const at::Tensor& logits);

  /// The score itself, N.
  at::Tensor Values(const at::Tensor& logits) const;

  /// Why the gradient of the score is 0 whatever the image shows, or "".
  std::string WhySaturated() const;

  /// Best first; empty before it is decided.
  const std::vector<ClassScore>& classes() const { return classes_; }

 private:
  const ClassNames& names_;
  const std::vector<int> wanted_;
  const ScoreOptions options_;
  at::Tensor weights_;  // 1 x classes.
  std::vector<ClassScore> classes_;
};

}  // namespace gradcut
