#pragma once

#include "gradcut/objectness/objectness_head.h"
#include "gradcut/tensor/safetensors.h"
#include "objectness/objectness_net.h"

namespace gradcut {

/// How inputs are spread over the cells of the photos that were learned from.
struct InputSpread {
  at::Tensor mean, deviation;  ///< float32, channels of all layers.
};

/// Small convolutional nets on several layers; see `ObjectnessNet`.
class ConvolutionalObjectness : public ObjectnessHead {
 public:
  static constexpr char kFormat[] = "gradcut-objectness-2";

  /// `net` is of standardised inputs, the channels of all layers one after the other; `bias` is
  /// added to its logits. `corrected` is how many masks of a person it has learned from.
  ConvolutionalObjectness(std::string architecture, std::vector<HeadLayer> layers,
                          InputSpread spread, ObjectnessNet net, float bias, int corrected = 0);

  static std::shared_ptr<ObjectnessHead> Read(const SafetensorsFile& file);

  cv::Mat Probability(const FeatureMap& features,
                      const std::vector<FeatureMap>& layers) const override;
  /// Weights in half precision: a tenth of a logit's third decimal.
  void Write(const std::filesystem::path& path) const override;

 private:
  const InputSpread spread_;
  const ObjectnessNet net_;
  const float bias_;
  const int corrected_;
  // `net_.project` of the raw activations of each layer, and the bias that is left of it.
  std::vector<at::Tensor> projections_;
  at::Tensor projection_bias_;
};

/// Of all layers together.
int ChannelsOf(const std::vector<HeadLayer>& layers);

/// The layer at another size, between half and twice its own: a mean over areas where it shrinks,
/// linear between the centres of cells where it grows.
at::Tensor ToGrid(const at::Tensor& layer, int rows, int cols);

}  // namespace gradcut
