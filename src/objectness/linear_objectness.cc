#include "objectness/linear_objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"
#include "gradcut/learn/cell_inputs.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/storage/file.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <span>

namespace gradcut {

LinearObjectness::LinearObjectness(std::string architecture, cv::Mat weights, float bias)
    : ObjectnessHead(std::move(architecture), {}), weights_(std::move(weights)), bias_(bias) {}

std::shared_ptr<ObjectnessHead> LinearObjectness::Read(const SafetensorsFile& file) {
  const cv::Mat weights = file.Matrix("weights", 1), bias = file.Matrix("bias", 1);
  Require(weights.type() == CV_32FC1 && bias.type() == CV_32FC1 && bias.total() == 1,
          "{}: not an objectness head: make one with gradcut adapt", Printable(file.path()));
  Require(cv::checkRange(weights) && std::isfinite(bias.at<float>(0)), "{}: a weight is not finite",
          Printable(file.path()));
  return std::make_shared<LinearObjectness>(file.Field("architecture"), weights, bias.at<float>(0));
}

void LinearObjectness::CheckFits(const Classifier& classifier) const {
  ObjectnessHead::CheckFits(classifier);
  const int inputs = 2 * FeatureLayer(DescribeClassifier(classifier).layers).channels;
  Require(weights_.cols == inputs,
          "the objectness head has {} inputs, expected {} for this '{}': make one with gradcut "
          "adapt",
          weights_.cols, inputs, Printable(architecture()));
}

cv::Mat LinearObjectness::Probability(const FeatureMap& features,
                                      const std::vector<FeatureMap>&) const {
  Expect(!features.empty() && weights_.cols == 2 * features.values.cols,
         "ObjectnessHead: a head of {} inputs for {} channels", weights_.cols,
         features.values.cols);
  const cv::Mat log_odds = CellInputs(features) * weights_.t() + bias_;
  return gradcut::Probability(log_odds).reshape(1, features.rows);
}

void LinearObjectness::Write(const std::filesystem::path& path) const {
  const StoredTensors tensors = {
      {"weights",
       {"F32", {weights_.cols}, std::as_bytes(std::span(weights_.ptr<float>(), weights_.total()))}},
      {"bias", {"F32", {1}, std::as_bytes(std::span(&bias_, 1))}}};
  WriteSafetensors(path, tensors, {{"format", kFormat}, {"architecture", architecture()}});
}

}  // namespace gradcut
