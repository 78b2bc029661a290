#pragma once

#include "model/network.h"
#include "model/parameters.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// A network that can be built once its parameters are there.
struct Architecture {
  std::string name;    ///< "vgg19": what files, flags and messages call it.
  std::string family;  ///< "VGG", with its paper.
  /// Takes what it needs out of the parameters, and does not call `Parameters::Finish`.
  std::function<std::unique_ptr<Network>(Parameters&)> build;
  /// Where timm calls a module otherwise: its name there -> its name here.
  std::map<std::string, std::string> timm_modules = {};
};

/// Those of all families (efficientnet_lite.h, mobilenet_v2.h, resnet.h, vgg.h). Parameter names
/// are those of torchvision (of the PyPI package `efficientnet-lite-pytorch` for
/// EfficientNet-Lite); batch norms are folded into convolutions.
const std::vector<Architecture>& Architectures();

/// The architecture of that name, or null.
const Architecture* FindArchitecture(std::string_view name);

/// Builds a network out of the tensors of `file` (its name in messages). Inputs must then have the
/// device and floating-point type of `options` (double serves to check the arithmetic: float32
/// gradients jump where an activation lies within rounding of a ReLU's corner). Throws `Error`
/// naming the file and each parameter that is missing, of another shape or type, or not expected.
std::unique_ptr<Network> BuildNetwork(const Architecture& architecture, const std::string& file,
                                      const StoredTensors& tensors, at::TensorOptions options);

/// An architecture without weights: a network that cannot compute, and what it takes.
struct Outline {
  std::unique_ptr<Network> network;
  ParameterShapes shapes;
};

Outline OutlineOf(const Architecture& architecture);

}  // namespace gradcut
