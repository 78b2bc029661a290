#pragma once

#include "cli/torch_body.h"
#include "gradcut/model/classifier.h"

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace gradcut {

enum class ModelsAction { kList, kInfo, kClasses, kImport, kCheck };

/// What the user wrote.
struct ModelsFlags {
  ModelsAction action = ModelsAction::kList;
  std::vector<std::string> names = {};            ///< Of networks or files, for info and check.
  std::string source, architecture, output = {};  ///< For import.
  /// For classes: which are listed, and of what, as in a recipe.
  std::string pattern = {}, model = ClassifierOptions().model, head = "none", class_map = "default";
};

/// Lists, describes, imports or checks classifiers, or lists their classes.
extern TorchBody<ModelsFlags> models_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddModelsCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
