#pragma once

#include "gradcut/model/classifier.h"
#include "gradcut/options/option_texts.h"
#include "gradcut/render/render.h"
#include "gradcut/segment/segmenter_options.h"

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// What is said of a recipe, by flags or in a file; the rest is the preset's.
struct RecipeSettings {
  std::optional<std::string> preset = {};
  std::optional<std::string> model = {};
  std::optional<std::string> device = {};
  std::optional<std::string> objectness = {};
  std::optional<std::string> head = {};
  std::vector<std::string> classes = {};
  std::optional<std::string> class_map = {};
  std::optional<std::uint64_t> seed = {};
  OptionTexts options = {};  ///< Of all stages.
};

/// What a TOML file or a run.json says. Throws `Error` naming file and key.
RecipeSettings ReadRecipeSettings(const std::filesystem::path& path);

/// `upper`, with what it leaves open as in `lower`.
RecipeSettings Over(RecipeSettings upper, const RecipeSettings& lower);

/// What to compute, decided: classifier, classes, and every option of every stage.
struct Recipe {
  std::string preset;
  ClassifierOptions classifier;
  std::string objectness = "default";  ///< "default", "none" or a file from `Adapt`.
  std::string head = "none";           ///< "none" or a file from `FitClasses`.
  std::vector<std::string> classes;  ///< As `ClassesMeant` reads them; none: the best-scoring ones.
  std::string class_map = "default";  ///< "default" (VOC's, for ImageNet's classes) or a file.
  std::uint64_t seed = 0;
  SegmenterOptions options;
  RenderOptions render;

  /// That of a TOML file or a run.json. Throws `Error` naming file and key, and `UsageError`.
  static Recipe Load(const std::filesystem::path& path);

  /// A preset as it is. Throws `UsageError` for an unknown one.
  static Recipe Preset(const std::string& name);
};

/// Throws `UsageError` for a preset or an option that cannot be.
Recipe MakeRecipe(const RecipeSettings& settings);

/// The options of all stages and of drawing.
void Describe(Recipe& recipe, OptionList& list);

/// The recipe as run.json keeps it and `Recipe::Load` reads it: top-level names as the flags have
/// them, options as one object a stage.
nlohmann::json RecipeToJson(Recipe recipe);

/// The same as TOML, with whole paths of files: it may be used from anywhere. The seed must be
/// below 2^63: TOML has no larger numbers.
std::string RecipeToToml(const Recipe& recipe);

}  // namespace gradcut
