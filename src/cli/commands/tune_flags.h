#pragma once

#include "cli/flags/batch_flags.h"
#include "cli/flags/recipe_flags.h"
#include "cli/torch_body.h"
#include "gradcut/dataset/truth.h"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace gradcut {

/// What the user wrote.
struct TuneFlags {
  BatchFlags run;
  RecipeFlags recipe;
  PairingOptions pairing;
  MaskReading reading;  ///< Of the truth.
  std::vector<std::string> sweeps;
  std::size_t budget = 0;
};

/// Sweeps options.
extern TorchBody<TuneFlags> tune_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddTuneCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
