#include "gradcut/saliency/dense_evidence.h"

#include "gradcut/saliency/saliency.h"
#include "model/network.h"
#include "model/tensor_image.h"
#include "saliency/layers.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace gradcut {
namespace {

// The mean over the 3 x 3 cells around each that lie inside.
at::Tensor Smoothed(const at::Tensor& map) {
  return at::avg_pool2d(map.unsqueeze(0).unsqueeze(0), 3, 1, 1, /*ceil_mode=*/false,
                        /*count_include_pad=*/false)[0][0];
}

}  // namespace

DenseEvidence GatherDenseEvidence(const Classifier& classifier, const FeatureMap& features,
                                  const std::vector<EvidenceTarget>& targets,
                                  const std::string& layer) {
  const Network& network = classifier.network();
  const PooledHead head = network.pooled_head();
  CheckLayers(network, {layer}, "GatherDenseEvidence");
  if (!head.weights.defined()) return {};
  UseOneThread();
  const at::NoGradGuard no_grad;
  const std::string last = LastLayer(network)->name;
  std::map<std::string, at::Tensor> kept = {{layer, {}}, {last, {}}};
  if (!network.ForwardDense(FeatureLayer(network.layers()).name,
                            ToTensor(features).to(network.device()), kept))
    return {};
  DenseEvidence evidence = {ToFeatures(kept.at(layer)), {}};
  // Cells x channels, then cells x classes.
  const at::Tensor cells = kept.at(last)[0].permute({1, 2, 0}).contiguous();
  at::Tensor logits, all;
  for (const EvidenceTarget& target : targets) {
    if (target.classes.empty()) {
      const at::Tensor direction =
          at::from_blob(const_cast<float*>(target.weights.ptr<float>()), {target.weights.cols});
      evidence.scores.push_back(
          TensorToMat(Smoothed(at::matmul(cells, direction.to(cells.device())))));
      continue;
    }
    if (!logits.defined()) {
      logits = at::linear(cells, head.weights, head.bias);
      all = logits.logsumexp(-1);
    }
    const std::vector<std::int64_t> indices(target.classes.begin(), target.classes.end());
    const at::Tensor chosen = at::tensor(indices, logits.options().dtype(at::kLong));
    const at::Tensor score = logits.index_select(-1, chosen).logsumexp(-1) - all;
    evidence.scores.push_back(TensorToMat(Smoothed(score)));
  }
  return evidence;
}

}  // namespace gradcut
