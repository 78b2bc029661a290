#include "saliency/layers.h"

#include "gradcut/core/error.h"
#include "model/tensor_image.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

constexpr int kSizeStep = 32;  // Sides that pad like the native size at every stride.

}  // namespace

const NetworkLayer* LastLayer(const Network& network) {
  return network.layers().empty() ? nullptr : &network.layers().back();
}

void CheckLayers(const Network& network, const std::vector<std::string>& names,
                 std::string_view what) {
  for (const std::string& name : names)
    Expect(std::any_of(network.layers().begin(), network.layers().end(),
                       [&name](const NetworkLayer& layer) { return layer.name == name; }),
           "{}: no layer '{}'", what, name);
}

cv::Size InputSize(const cv::Mat& image, int longer_side, int native_size) {
  if (longer_side == 0) return {native_size, native_size};
  const double scale = static_cast<double>(longer_side) / std::max(image.rows, image.cols);
  const auto rounded = [scale](int side) {
    return std::max(kSizeStep, static_cast<int>(std::lround(side * scale / kSizeStep)) * kSizeStep);
  };
  return {rounded(image.cols), rounded(image.rows)};
}

FeatureMap ToFeatures(const at::Tensor& activation) {
  FeatureMap features = {
      static_cast<int>(activation.size(2)), static_cast<int>(activation.size(3)), {}};
  features.values = TensorToMat(activation[0].permute({1, 2, 0}).flatten(0, 1));
  return features;
}

at::Tensor ToTensor(const FeatureMap& features) {
  return at::from_blob(const_cast<float*>(features.values.ptr<float>()),
                       {1, features.rows, features.cols, features.values.cols}, at::kFloat)
      .permute({0, 3, 1, 2});
}

}  // namespace gradcut
