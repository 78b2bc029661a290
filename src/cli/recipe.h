#pragma once

#include "cli/stage_flags.h"
#include "gradcut/model/classifier.h"
#include "gradcut/segment/render.h"
#include "gradcut/segment/segmenter.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// What to compute, as flags give it: preset, model, classes, device, and every option of every
/// stage. Order of precedence: flag, `--config` file, preset.
struct RecipeFlags {
  std::string config;
  std::optional<std::string> preset;
  std::optional<std::string> model;
  std::optional<std::string> device;
  std::optional<std::string> objectness;
  std::optional<std::string> head;
  std::vector<std::string> classes;
  std::optional<std::string> class_map;
  std::optional<std::uint64_t> seed;
  StageTexts stage_options;
  StageTexts short_options;  ///< By key; "" for those not given.
};

/// Adds the flags to a command: those that it `uses`, of stage options and of "class" and
/// "objectness"; a flag that changed nothing would be taken for one that did. Stage options are
/// shown with the default preset's values.
void AddRecipeFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses);

/// Adds those of `RenderOptions`, for commands that draw what they find.
void AddRenderFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses);

/// What to compute, decided.
struct Recipe {
  std::string preset;
  ClassifierOptions classifier;
  std::string objectness = "default";  ///< "default", "none" or a file from `gradcut adapt`.
  std::string head = "none";           ///< "none" or a file from `gradcut fit`.
  std::vector<std::string> classes;
  std::string class_map = "default";  ///< "default" (VOC's, for ImageNet's classes) or a file.
  std::uint64_t seed = 0;
  SegmenterOptions options;
  RenderOptions render;
};

/// The options of all stages and of drawing.
void Describe(Recipe& recipe, OptionList& list);

/// Puts preset, file and flags together. Throws `UsageError` naming flag or file and key.
Recipe ResolveRecipe(const RecipeFlags& flags);

/// The recipe as run.json keeps it and `--config` reads it: top-level names as the flags have them,
/// stage options as one object a stage.
nlohmann::json RecipeToJson(Recipe recipe);

/// The same as TOML, which `--config` reads too. The seed must be below 2^63: TOML has no larger
/// numbers.
std::string RecipeToToml(const Recipe& recipe);

}  // namespace gradcut
