#include "gradcut/labels/label_evidence.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/model/weights.h"
#include "gradcut/priors/location.h"
#include "gradcut/saliency/dense_evidence.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr double kMostHalf = 65504;  // The largest finite number of half precision.

// To half precision and back.
cv::Mat Rounded(const cv::Mat& values) {
  cv::Mat half, rounded;
  cv::Mat(cv::min(cv::max(values, -kMostHalf), kMostHalf)).convertTo(half, CV_16F);
  half.convertTo(rounded, CV_32F);
  return rounded;
}

FeatureMap Rounded(const FeatureMap& map) { return {map.rows, map.cols, Rounded(map.values)}; }

std::vector<cv::Mat> Rounded(const std::vector<cv::Mat>& maps) {
  std::vector<cv::Mat> rounded;
  for (const cv::Mat& map : maps) rounded.push_back(map.empty() ? cv::Mat() : Rounded(map));
  return rounded;
}

// Scaled to [0, 1]; zeros where it is the same everywhere.
cv::Mat Scaled(const cv::Mat& map) {
  double least = 0, greatest = 0;
  cv::minMaxLoc(map, &least, &greatest);
  if (!(greatest > least)) return cv::Mat::zeros(map.size(), CV_32FC1);
  return cv::min(cv::max((map - least) / (greatest - least), 0.0F), 1.0F);
}

cv::Mat Foreground(const Evidence& evidence, const ObjectnessHead* head,
                   const LocationOptions& options) {
  cv::Mat sum = cv::Mat::zeros(evidence.features.rows, evidence.features.cols, CV_32FC1);
  for (const cv::Mat& heat : evidence.heat) sum += Scaled(heat);
  const cv::Mat objectness =
      head == nullptr ? cv::Mat() : head->Probability(evidence.features, evidence.layers);
  return Resize(LocationPrior(Scaled(sum), evidence.features, objectness, options), sum.size());
}

FeatureMap HeadScores(const FeatureMap& last, const LinearHead& head) {
  return {last.rows, last.cols,
          last.values * head.weights.t() + cv::repeat(head.bias.t(), last.values.rows, 1)};
}

// On the grid of `features`.
FeatureMap Raised(const FeatureMap& map, const FeatureMap& features) {
  FeatureMap raised = {features.rows, features.cols, {}};
  raised.values.create(features.values.rows, map.values.cols, CV_32FC1);
  for (int channel = 0; channel < map.values.cols; ++channel)
    Resize(map.values.col(channel).clone().reshape(1, map.rows), {features.cols, features.rows})
        .reshape(1, features.values.rows)
        .copyTo(raised.values.col(channel));
  return raised;
}

// The last layer that a head would be learned from; see `HeadLayers`.
std::string DeepLayer(const Classifier& classifier) {
  const auto layers = DescribeClassifier(classifier).layers;
  const std::vector<HeadLayer> stages = HeadLayers(layers);
  return stages.empty() ? layers.back().name : stages.back().name;
}

// The classes' heads where they have no group.
std::vector<EvidenceTarget> TargetsOf(const LabelNetwork& network,
                                      const std::vector<LabelClass>& classes,
                                      const std::vector<int>& present) {
  std::vector<EvidenceTarget> targets;
  for (const int index : present) {
    const LabelClass& wanted = classes.at(static_cast<std::size_t>(index));
    targets.push_back({wanted.group, wanted.group.empty() ? network.head->weights.row(
                                                                RowOf(*network.head, wanted.name))
                                                          : cv::Mat()});
  }
  return targets;
}

}  // namespace

LabelEvidence GatherLabelEvidence(const LabelNetwork& network, const cv::Mat& image,
                                  const std::vector<LabelClass>& classes,
                                  const std::vector<int>& present,
                                  const SegmenterOptions& options) {
  const std::vector<EvidenceTarget> targets = TargetsOf(network, classes, present);
  const Evidence seen =
      GatherEvidence(*network.classifier, image, targets, options.saliency.scales.front(),
                     LayerNames(network.objectness.get()));
  LabelEvidence evidence;
  evidence.features = Rounded(seen.features);
  evidence.foreground = Rounded(Foreground(seen, network.objectness.get(), options.location));
  if (network.head != nullptr) evidence.scores = Rounded(HeadScores(seen.last, *network.head));
  for (std::size_t i = 0; i < targets.size(); ++i)
    evidence.group.push_back(targets[i].classes.empty() ? cv::Mat() : Rounded(seen.support[i]));
  const DenseEvidence dense = GatherDenseEvidence(*network.classifier, seen.features, targets,
                                                  DeepLayer(*network.classifier));
  if (!dense.deep.empty()) {
    evidence.deep = Rounded(dense.deep);
    evidence.dense = Rounded(dense.scores);
    return evidence;
  }
  evidence.deep = Rounded(Raised(seen.last, seen.features));
  for (const cv::Mat& support : seen.support)
    evidence.dense.push_back(Rounded(Resize(support, evidence.foreground.size())));
  return evidence;
}

}  // namespace gradcut
