#include "gradcut/saliency/evidence.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/saliency/saliency.h"
#include "model/network.h"
#include "model/tensor_image.h"
#include "saliency/layers.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <stdexcept>

namespace gradcut {
namespace {

// log sum exp of some logits.
Score GroupScore(const std::vector<int>& classes, const Network& network) {
  for (const int index : classes)
    Expect(index >= 0 && index < network.class_count(), "GatherEvidence: class {} of {}", index,
           network.class_count());
  return [indices = std::vector<std::int64_t>(classes.begin(), classes.end())](
             const at::Tensor& logits, const auto&) {
    const at::Tensor chosen = at::tensor(indices, logits.options().dtype(at::kLong));
    return logits[0].index_select(0, chosen).logsumexp(0);
  };
}

Score DirectionScore(const cv::Mat& weights, const NetworkLayer& last) {
  Expect(weights.type() == CV_32FC1 && weights.rows == 1 && weights.cols == last.channels,
         "GatherEvidence: {} weights for {} channels", weights.total(), last.channels);
  const at::Tensor direction =
      at::from_blob(const_cast<float*>(weights.ptr<float>()), {weights.cols}).clone();
  return [direction, name = last.name](const at::Tensor&, const auto& activations) {
    const at::Tensor& last_activation = activations.at(name);
    return (last_activation.mean({0, 2, 3}) * direction.to(last_activation.device())).sum();
  };
}

}  // namespace

int LastChannels(const Classifier& classifier) {
  const NetworkLayer* const layer = LastLayer(classifier.network());
  return layer == nullptr ? 0 : layer->channels;
}

Evidence GatherEvidence(const Classifier& classifier, const cv::Mat& image,
                        const std::vector<EvidenceTarget>& targets, int size,
                        const std::vector<std::string>& layers) {
  CheckImage(image, "GatherEvidence: image");
  const Network& network = classifier.network();
  const NetworkLayer* const last = LastLayer(network);
  Expect(last != nullptr, "GatherEvidence: the classifier names no layers");
  CheckLayers(network, layers, "GatherEvidence");
  const std::string hidden = FeatureLayer(network.layers()).name;
  std::vector<Score> scores;
  for (const EvidenceTarget& target : targets)
    scores.push_back(target.classes.empty() ? DirectionScore(target.weights, *last)
                                            : GroupScore(target.classes, network));
  const at::Tensor input =
      ImageToTensor(image, InputSize(image, size, network.native_size()), network.normalisation());
  const std::vector<GradientPass> passes = ComputeEachGradient(
      network, input.to(network.device()), scores, {hidden, last->name}, layers);
  const auto seen = [&](const std::string& layer) {
    return ToFeatures(passes[0].activations.at(layer));
  };
  Evidence evidence;
  evidence.features = seen(hidden);
  for (const std::string& layer : layers) evidence.layers.push_back(seen(layer));
  evidence.last = seen(last->name);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const at::Tensor& by_hidden = passes[i].gradients.at(hidden);
    const at::Tensor& by_last = passes[i].gradients.at(last->name);
    const auto cells = static_cast<double>(evidence.last.rows * evidence.last.cols);
    evidence.heat.push_back(TensorToMat(by_hidden[0].square().sum(0).sqrt()));
    evidence.support.push_back(
        TensorToMat((by_last[0] * passes[i].activations.at(last->name)[0]).sum(0) * cells));
  }
  return evidence;
}

}  // namespace gradcut
