#pragma once

#include "gradcut/model/classifier.h"
#include "gradcut/priors/objectness.h"

#include <memory>

namespace gradcut {

/// The objectness head that comes with gradcut for a classifier:
/// `objectness/ARCHITECTURE.safetensors` in the first of `ModelFolders()` that has it; nullptr if
/// none has. Throws `Error` naming a file that is damaged.
std::shared_ptr<const ObjectnessHead> DefaultObjectness(const ClassifierInfo& info);

}  // namespace gradcut
