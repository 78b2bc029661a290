#include "saliency/target_score.h"

#include <fmt/format.h>

#include <stdexcept>

namespace gradcut {
namespace {

constexpr double kSaturated = 1e-6;  // Of the probability that is left for all other classes.

void CheckClasses(const std::vector<int>& classes, int count) {
  for (const int index : classes)
    if (index < 0 || index >= count)
      throw std::invalid_argument(fmt::format("TargetScore: class {} of {}", index, count));
}

// The indices asked for, or the best ones; best first.
at::Tensor SelectClasses(const at::Tensor& probabilities, const std::vector<int>& classes,
                         int top) {
  if (classes.empty())
    return std::get<1>(at::topk(probabilities, std::min<std::int64_t>(top, probabilities.numel())));
  const std::vector<std::int64_t> wanted(classes.begin(), classes.end());
  const at::Tensor indices = at::tensor(wanted, probabilities.options().dtype(at::kLong));
  return indices.index_select(
      0, std::get<1>(probabilities.index_select(0, indices).sort(0, /*descending=*/true)));
}

}  // namespace

TargetScore::TargetScore(const ClassNames& names, const std::vector<int>& classes,
                         const ScoreOptions& options)
    : names_(names), wanted_(classes), options_(options) {
  CheckClasses(classes, names.size());
}

void TargetScore::Decide(const at::Tensor& logits) {
  if (decided()) return;
  const at::Tensor probabilities = logits[0].softmax(0);
  const at::Tensor selected = SelectClasses(probabilities, wanted_, options_.top_classes);
  const at::Tensor share = probabilities.index_select(0, selected);
  const at::Tensor sum = share.sum();
  // A single class keeps weight 1 however unlikely it is.
  const at::Tensor scaled = at::where(
      sum > 0, share / sum, at::full_like(share, 1.0 / static_cast<double>(share.numel())));
  weights_ = at::zeros_like(logits.slice(0, 0, 1))
                 .index_put_({at::zeros_like(selected), selected}, scaled);
  const at::Tensor indices = selected.to(at::kCPU);
  const at::Tensor scores = share.to(at::kCPU, at::kFloat);
  for (std::int64_t i = 0; i < indices.numel(); ++i) {
    const int index = static_cast<int>(indices[i].item<std::int64_t>());
    classes_.push_back({index, names_[index], scores[i].item<float>()});
  }
}

at::Tensor TargetScore::Weights(const at::Tensor& logits) {
  Decide(logits);
  if (options_.kind == ScoreKind::kLogit) return weights_;
  return weights_ - logits.softmax(1);  // d(sum_c w_c log p_c)/dz = w - p where sum_c w_c = 1.
}

at::Tensor TargetScore::Values(const at::Tensor& logits) const {
  const at::Tensor terms =
      options_.kind == ScoreKind::kLogit ? logits : logits.log_softmax(/*dim=*/1);
  return (terms * weights_).sum(1);
}

std::string TargetScore::WhySaturated() const {
  double probability = 0;
  for (const ClassScore& each : classes_) probability += each.score;
  if (options_.kind == ScoreKind::kLogit || !(1 - probability < kSaturated)) return "";
  return fmt::format(
      "the score is saturated: '{}' has probability {:.7f}, which leaves its logarithm no "
      "gradient; "
      "take the score before the softmax (saliency.score logit)",
      classes_[0].name, probability);
}

}  // namespace gradcut
