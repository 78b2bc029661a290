#pragma once

#include "gradcut/learn/objectness.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/model_folders.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace gradcut {

/// The objectness head that comes with gradcut for a classifier:
/// `objectness/ARCHITECTURE.safetensors` in the first of the folders that has it; nullptr if
/// none has. Throws `Error` naming a file that is damaged.
std::shared_ptr<const ObjectnessHead> DefaultObjectness(
    const ClassifierInfo& info, const std::vector<std::filesystem::path>& folders = ModelFolders());

}  // namespace gradcut
