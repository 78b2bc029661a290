#pragma once

#include "cli/flags/stage_flags.h"
#include "gradcut/recipe/recipe.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace gradcut {

/// What to compute, as flags give it: preset, model, classes, device, and every option of every
/// stage. Order of precedence: flag, `--config` file, preset.
struct RecipeFlags {
  std::string config;
  RecipeSettings given;
  OptionTexts short_options;  ///< By key; "" for those not given.
};

/// Adds the flags to a command: those that it `uses`, of stage options and of "class" and
/// "objectness"; a flag that changed nothing would be taken for one that did. Stage options are
/// shown with the default preset's values.
void AddRecipeFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses);

/// Adds those of `RenderOptions`, for commands that draw what they find.
void AddRenderFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses);

/// Puts preset, file and flags together. Throws `UsageError` naming flag or file and key.
Recipe ResolveRecipe(const RecipeFlags& flags);

}  // namespace gradcut
