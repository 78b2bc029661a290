#include "gradcut/objectness/objectness_head.h"

#include "gradcut/core/error.h"
#include "gradcut/saliency/saliency.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/tensor/safetensors.h"
#include "objectness/convolutional_objectness.h"
#include "objectness/linear_objectness.h"

#include <algorithm>
#include <string_view>

namespace gradcut {

std::vector<std::string> LayerNames(const std::vector<HeadLayer>& layers) {
  std::vector<std::string> names;
  for (const HeadLayer& layer : layers) names.push_back(layer.name);
  return names;
}

std::vector<std::string> LayerNames(const ObjectnessHead* head) {
  return head == nullptr ? std::vector<std::string>() : LayerNames(head->layers());
}

std::vector<HeadLayer> HeadLayers(const std::vector<NetworkLayer>& layers) {
  constexpr int kWidening = 2;
  const NetworkLayer features = FeatureLayer(layers);
  std::vector<NetworkLayer> stages;
  for (const NetworkLayer& layer : layers) {
    const bool same_stage = !stages.empty() && stages.back().stride == layer.stride &&
                            stages.back().channels == layer.channels;
    if (same_stage) stages.pop_back();
    stages.push_back(layer);
  }
  const auto widens = [](const NetworkLayer& before, const NetworkLayer& last) {
    return last.stride == before.stride && last.channels > kWidening * before.channels;
  };
  if (stages.size() > 1 && widens(stages.end()[-2], stages.back())) stages.pop_back();
  std::vector<HeadLayer> found;
  for (const NetworkLayer& stage : stages)
    if (2 * stage.stride >= features.stride && stage.stride <= 2 * features.stride)
      found.push_back({stage.name, stage.channels});
  return found;
}

void ObjectnessHead::CheckFits(const Classifier& classifier) const {
  const ClassifierInfo& info = classifier.info();
  Require(architecture_ == info.architecture,
          "the objectness head was learned with '{}', not '{}': make one with gradcut adapt",
          Printable(architecture_), Printable(info.architecture));
  const std::vector<NetworkLayer> there = DescribeClassifier(classifier).layers;
  for (const HeadLayer& layer : layers_)
    Require(std::any_of(there.begin(), there.end(),
                        [&](const NetworkLayer& each) {
                          return each.name == layer.name && each.channels == layer.channels;
                        }),
            "the objectness head sees {} channels of '{}', which '{}' does not have: make one with "
            "gradcut adapt",
            layer.channels, Printable(layer.name), Printable(info.architecture));
}

std::shared_ptr<const ObjectnessHead> ReadObjectness(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::Open(path);
  const std::string format = file.Field("format");
  const bool linear = format == LinearObjectness::kFormat;
  Require(linear || format == ConvolutionalObjectness::kFormat,
          "{}: not an objectness head: make one with gradcut adapt", Printable(path));
  const std::shared_ptr<ObjectnessHead> head =
      linear ? LinearObjectness::Read(file) : ConvolutionalObjectness::Read(file);
  head->sha256_ = Sha256(file.bytes());
  return head;
}

void CheckReplacesObjectness(const std::filesystem::path& path) {
  constexpr std::string_view formats[] = {LinearObjectness::kFormat,
                                          ConvolutionalObjectness::kFormat};
  CheckReplaces(path, formats, "a head of gradcut adapt");
}

std::shared_ptr<const ObjectnessHead> DefaultObjectness(
    const ClassifierInfo& info, const std::vector<std::filesystem::path>& folders) {
  for (const std::filesystem::path& folder : folders)
    if (const auto file = folder / "objectness" / (info.architecture + ".safetensors");
        std::filesystem::exists(file))
      return ReadObjectness(file);
  return nullptr;
}

}  // namespace gradcut
