#pragma once

#include "cli/flags/batch_flags.h"
#include "cli/flags/recipe_flags.h"
#include "cli/torch_body.h"
#include "gradcut/labels/certainty.h"
#include "gradcut/workflow/label_dataset.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// What the user wrote.
struct LabelFlags {
  BatchFlags batch;
  RecipeFlags recipe;
  LabelSource dataset;
  std::vector<std::filesystem::path> hints;
  CertaintyOptions certainty;
  double min_confidence = 0;
  std::vector<std::string> exports;
  int rounds = 2;
};

/// Makes class masks.
extern TorchBody<LabelFlags> label_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddLabelCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
