#include "gradcut/segment/default_objectness.h"

#include <filesystem>

namespace gradcut {

std::shared_ptr<const ObjectnessHead> DefaultObjectness(const ClassifierInfo& info) {
  for (const std::filesystem::path& folder : ModelFolders())
    if (const auto file = folder / "objectness" / (info.architecture + ".safetensors");
        std::filesystem::exists(file))
      return std::make_shared<ObjectnessHead>(ReadObjectness(file));
  return nullptr;
}

}  // namespace gradcut
