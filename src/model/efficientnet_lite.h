#pragma once

#include "gradcut/io/safetensors.h"
#include "model/network.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// EfficientNet-Lite 0, 1 or 2 (Tan and Le 2019, without squeeze-and-excitation and with ReLU6 so
/// that it suits mobile devices), with the parameter names of the PyPI package
/// `efficientnet-lite-pytorch`. Batch norms are folded into the convolutions, padding is
/// TensorFlow's SAME for the size at hand.
///
/// Inputs must have the device and floating-point type of `options` (double serves to check the
/// arithmetic: float32 gradients jump where an activation lies within rounding of ReLU6's corners).
///
/// `arch` is "efficientnet-lite0", "-lite1" or "-lite2". Throws `Error` naming the file and each
/// parameter that is missing, of another shape or type, or not expected.
std::unique_ptr<Network> LoadEfficientNetLite(std::string_view arch, const SafetensorsFile& file,
                                              at::TensorOptions options);

/// The values that `arch` may have.
std::vector<std::string> EfficientNetLiteNames();

}  // namespace gradcut
