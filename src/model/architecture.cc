#include "model/architecture.h"

#include "model/efficientnet_lite.h"
#include "model/mobilenet_v2.h"
#include "model/resnet.h"
#include "model/vgg.h"

namespace gradcut {
namespace {

std::vector<Architecture> AllFamilies() {
  std::vector<Architecture> all;
  for (auto& family : {EfficientNetLiteFamily(), MobileNetV2Family(), ResNetFamily(), VggFamily()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace

const std::vector<Architecture>& Architectures() {
  static const std::vector<Architecture> architectures = AllFamilies();
  return architectures;
}

const Architecture* FindArchitecture(std::string_view name) {
  for (const Architecture& architecture : Architectures())
    if (architecture.name == name) return &architecture;
  return nullptr;
}

std::unique_ptr<Network> BuildNetwork(const Architecture& architecture, const std::string& file,
                                      const StoredTensors& tensors, at::TensorOptions options) {
  Parameters parameters(file, tensors, options);
  std::unique_ptr<Network> network = architecture.build(parameters);
  parameters.Finish();
  return network;
}

Outline OutlineOf(const Architecture& architecture) {
  const StoredTensors none;
  Parameters parameters(architecture.name, none, at::TensorOptions(at::kMeta).dtype(at::kFloat));
  std::unique_ptr<Network> network = architecture.build(parameters);
  return {std::move(network), parameters.taken()};
}

}  // namespace gradcut
