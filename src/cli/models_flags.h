#pragma once

#include "cli/torch_body.h"

#include <string>
#include <vector>

namespace gradcut {

enum class ModelsAction { kList, kInfo, kImport, kCheck };

/// What the user wrote.
struct ModelsFlags {
  ModelsAction action = ModelsAction::kList;
  std::vector<std::string> names = {};            ///< Of networks or files, for info and check.
  std::string source, architecture, output = {};  ///< For import.
};

/// Lists, describes, imports or checks classifiers.
extern TorchBody<ModelsFlags> models_body;

}  // namespace gradcut
