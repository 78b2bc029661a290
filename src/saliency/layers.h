#pragma once

#include "gradcut/core/feature_map.h"
#include "model/network.h"

#include <opencv2/core/types.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The last layer of all, or nullptr.
const NetworkLayer* LastLayer(const Network& network);

/// Throws `std::invalid_argument` naming `what` unless the network has all the layers.
void CheckLayers(const Network& network, const std::vector<std::string>& names,
                 std::string_view what);

/// The size at which an image is shown to a network: `longer_side` pixels and the image's aspect,
/// sides rounded to multiples of 32; 0: the native square.
cv::Size InputSize(const cv::Mat& image, int longer_side, int native_size);

/// Activations (1 x channels x rows x cols) as a feature map.
FeatureMap ToFeatures(const at::Tensor& activation);

/// The reverse, sharing the map's memory, which is channels last.
at::Tensor ToTensor(const FeatureMap& features);

}  // namespace gradcut
