#include "gradcut/segment/default_objectness.h"

#include "gradcut/model/model_folders.h"

namespace gradcut {

std::shared_ptr<const ObjectnessHead> DefaultObjectness(
    const ClassifierInfo& info, const std::vector<std::filesystem::path>& folders) {
  for (const std::filesystem::path& folder : folders)
    if (const auto file = folder / "objectness" / (info.architecture + ".safetensors");
        std::filesystem::exists(file))
      return std::make_shared<ObjectnessHead>(ReadObjectness(file));
  return nullptr;
}

}  // namespace gradcut
