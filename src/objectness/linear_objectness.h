#pragma once

#include "gradcut/objectness/objectness_head.h"
#include "gradcut/tensor/safetensors.h"

namespace gradcut {

/// The logistic regression on the features that versions before 0.2 learned; see `CellInputs`.
class LinearObjectness : public ObjectnessHead {
 public:
  static constexpr char kFormat[] = "gradcut-objectness-1";

  /// `weights` (`CV_32FC1`, 1 x inputs) are those of the raw inputs.
  LinearObjectness(std::string architecture, cv::Mat weights, float bias);

  static std::shared_ptr<ObjectnessHead> Read(const SafetensorsFile& file);

  void CheckFits(const Classifier& classifier) const override;
  cv::Mat Probability(const FeatureMap& features,
                      const std::vector<FeatureMap>& layers) const override;
  void Write(const std::filesystem::path& path) const override;

 private:
  const cv::Mat weights_;
  const float bias_;
};

}  // namespace gradcut
