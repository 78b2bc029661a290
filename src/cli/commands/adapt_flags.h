#pragma once

#include "cli/flags/batch_flags.h"
#include "cli/flags/recipe_flags.h"
#include "cli/torch_body.h"
#include "gradcut/options/option_texts.h"

#include <CLI/CLI.hpp>

namespace gradcut {

/// What the user wrote.
struct AdaptFlags {
  BatchFlags run;
  RecipeFlags recipe;
  std::string masks;
  int rounds = 0;
  OptionTexts learning;
};

/// Learns an objectness head.
extern TorchBody<AdaptFlags> adapt_body;

/// Adds the command with its flags to the program. When it was given, `status` receives what the
/// process should return.
void AddAdaptCommand(CLI::App& app, ExitStatus& status);

}  // namespace gradcut
