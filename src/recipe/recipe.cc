#include "gradcut/recipe/recipe.h"

#include "gradcut/core/error.h"
#include "gradcut/render/cutout.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"

#include <fmt/format.h>

#include <map>

namespace gradcut {
namespace {

// Where an unknown key may have been meant to go.
constexpr char kKnownKeys[] =
    "preset, model, device, objectness, head, class, class_map, seed or a table of stage options";

void ApplyClasses(const nlohmann::json& value, RecipeSettings& settings) {
  const nlohmann::json names = value.is_array() ? value : nlohmann::json::array({value});
  for (const nlohmann::json& name : names) {
    Require(name.is_string() || name.is_number_integer(),
            "class = {}, must be a name or an index, or an array of them", JsonText(value));
    settings.classes.push_back(ValueText(name));
  }
}

void Apply(const std::string& key, const nlohmann::json& value, RecipeSettings& settings) {
  const std::map<std::string, std::optional<std::string>*> texts = {
      {"preset", &settings.preset},       {"model", &settings.model},
      {"device", &settings.device},       {"objectness", &settings.objectness},
      {"class_map", &settings.class_map}, {"head", &settings.head}};
  if (const auto text = texts.find(key); text != texts.end()) {
    Require(value.is_string(), "{} = {}, must be a string", key, JsonText(value));
    *text->second = value.get<std::string>();
  } else if (key == "seed") {
    Require(value.is_number_unsigned(), "seed = {}, must be a whole number >= 0", JsonText(value));
    settings.seed = value.get<std::uint64_t>();
  } else if (key == "class") {
    ApplyClasses(value, settings);
  } else if (value.is_object()) {
    Recipe scratch;
    OptionList list;
    Describe(scratch, list);
    ReadStage(key, value, list, settings.options);
  } else {
    Fail("unknown key '{}' = {}, expected {}", key, JsonText(value), kKnownKeys);
  }
}

// Strings, numbers, booleans and arrays of strings, which TOML writes as JSON does but for one
// control character.
std::string TomlValue(const nlohmann::json& value) {
  std::string text = JsonText(value);
  for (std::size_t at = 0; (at = text.find('\x7f', at)) != std::string::npos;)
    text.replace(at, 1, "\\u007F");
  return text;
}

}  // namespace

RecipeSettings ReadRecipeSettings(const std::filesystem::path& path) {
  RecipeSettings settings;
  ReadOptionFile(path, [&settings](const std::string& key, const nlohmann::json& value) {
    Apply(key, value, settings);
  });
  return settings;
}

RecipeSettings Over(RecipeSettings upper, const RecipeSettings& lower) {
  const auto fill = [](auto& value, const auto& fallback) {
    if (!value) value = fallback;
  };
  fill(upper.preset, lower.preset);
  fill(upper.model, lower.model);
  fill(upper.device, lower.device);
  fill(upper.objectness, lower.objectness);
  fill(upper.head, lower.head);
  fill(upper.class_map, lower.class_map);
  fill(upper.seed, lower.seed);
  if (upper.classes.empty()) upper.classes = lower.classes;
  upper.options.insert(lower.options.begin(), lower.options.end());
  return upper;
}

Recipe MakeRecipe(const RecipeSettings& settings) {
  return AsUsage("", [&] {
    Recipe recipe;
    recipe.preset = settings.preset.value_or(PresetNames().front());
    recipe.classifier.model = settings.model.value_or(recipe.classifier.model);
    recipe.classifier.device = settings.device.value_or(recipe.classifier.device);
    recipe.objectness = settings.objectness.value_or(recipe.objectness);
    recipe.head = settings.head.value_or(recipe.head);
    recipe.class_map = settings.class_map.value_or(recipe.class_map);
    recipe.classes = settings.classes;
    recipe.seed = settings.seed.value_or(0);
    recipe.options = AsUsage("--preset", [&] { return PresetOptions(recipe.preset); });
    recipe.options.saliency.smooth_grad.seed = recipe.seed;
    OptionList list;
    Describe(recipe, list);
    SetOptions(settings.options, list);
    CheckSegmenterOptions(recipe.options);
    CheckCutoutOptions(recipe.render);
    return recipe;
  });
}

Recipe Recipe::Load(const std::filesystem::path& path) {
  return MakeRecipe(ReadRecipeSettings(path));
}

Recipe Recipe::Preset(const std::string& name) { return MakeRecipe({.preset = name}); }

void Describe(Recipe& recipe, OptionList& list) {
  Describe(recipe.options, list);
  Describe(recipe.render, list);
}

nlohmann::json RecipeToJson(Recipe recipe) {
  nlohmann::json json = {{"preset", recipe.preset},
                         {"model", recipe.classifier.model},
                         {"objectness", recipe.objectness},
                         {"head", recipe.head},
                         {"class", recipe.classes},
                         {"class_map", recipe.class_map},
                         {"seed", recipe.seed}};
  OptionList list;
  Describe(recipe, list);
  json.update(OptionsToJson(list));
  return json;
}

std::string RecipeToToml(const Recipe& recipe) {
  const nlohmann::json json = NamedFrom(std::filesystem::current_path(), RecipeToJson(recipe));
  std::string text, tables;
  for (const auto& [key, value] : json.items()) {
    if (!value.is_object()) {
      text += fmt::format("{} = {}\n", key, TomlValue(value));
      continue;
    }
    tables += fmt::format("\n[{}]\n", key);
    for (const auto& [field, entry] : value.items())
      tables += fmt::format("{} = {}\n", field, TomlValue(entry));
  }
  return text + tables;
}

}  // namespace gradcut
