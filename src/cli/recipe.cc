#include "cli/recipe.h"

#include "cli/exit_status.h"
#include "cli/option_flag.h"
#include "gradcut/io/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gradcut {
namespace {

// Where an unknown key may have been meant to go.
constexpr char kKnownKeys[] =
    "preset, model, device, objectness, head, class, class_map, seed or a table of stage options";

void ApplyClasses(const nlohmann::json& value, RecipeFlags& flags) {
  const nlohmann::json names = value.is_array() ? value : nlohmann::json::array({value});
  for (const nlohmann::json& name : names) {
    Require(name.is_string() || name.is_number_integer(),
            "class = {}, must be a name or an index, or an array of them", value.dump());
    flags.classes.push_back(ValueText(name));
  }
}

void ApplyConfigEntry(const std::string& key, const nlohmann::json& value, RecipeFlags& flags) {
  const std::map<std::string, std::optional<std::string>*> texts = {
      {"preset", &flags.preset},         {"model", &flags.model},         {"device", &flags.device},
      {"objectness", &flags.objectness}, {"class_map", &flags.class_map}, {"head", &flags.head}};
  if (const auto text = texts.find(key); text != texts.end()) {
    Require(value.is_string(), "{} = {}, must be a string", key, value.dump());
    *text->second = value.get<std::string>();
  } else if (key == "seed") {
    Require(value.is_number_unsigned(), "seed = {}, must be a whole number >= 0", value.dump());
    flags.seed = value.get<std::uint64_t>();
  } else if (key == "class") {
    ApplyClasses(value, flags);
  } else if (value.is_object()) {
    Recipe scratch;
    OptionList list;
    Describe(scratch, list);
    ReadStage(key, value, list, flags.stage_options);
  } else {
    Fail("unknown key '{}' = {}, expected {}", key, value.dump(), kKnownKeys);
  }
}

RecipeFlags FromConfig(const std::string& path) {
  RecipeFlags flags;
  if (path.empty()) return flags;
  const nlohmann::json config = ReadConfig(path);
  Require(config.is_object(), "{}: expected a table of options", Printable(path));
  for (const auto& [key, value] : config.items()) {
    try {
      ApplyConfigEntry(key, value, flags);
    } catch (const Error& error) {
      Fail("{}: {}", Printable(path), Printable(error.what()));
    }
  }
  return flags;
}

// Strings, numbers, booleans and arrays of strings, which TOML writes as JSON does but for one
// control character.
std::string TomlValue(const nlohmann::json& value) {
  std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find('\x7f', at)) != std::string::npos;)
    text.replace(at, 1, "\\u007F");
  return text;
}

std::string FirstGiven(const std::optional<std::string>& flag,
                       const std::optional<std::string>& config, const std::string& fallback) {
  return flag.value_or(config.value_or(fallback));
}

// A run.json has the options of its preset one by one: another preset would change nothing.
void CheckPresets(const RecipeFlags& flags, const RecipeFlags& config) {
  if (!flags.preset || !config.preset || *flags.preset == *config.preset ||
      config.stage_options.empty())
    return;
  Fail(
      "--preset {}: {} has options for preset {}; leave out --preset, or take `preset` and what is "
      "not to be kept out of the file",
      *flags.preset, Printable(flags.config), *config.preset);
}

Recipe Resolve(const RecipeFlags& flags) {
  const RecipeFlags config = FromConfig(flags.config);
  CheckPresets(flags, config);
  Recipe recipe;
  recipe.preset = FirstGiven(flags.preset, config.preset, PresetNames().front());
  recipe.classifier.model = FirstGiven(flags.model, config.model, ClassifierOptions().model);
  recipe.classifier.device = FirstGiven(flags.device, config.device, ClassifierOptions().device);
  recipe.objectness = FirstGiven(flags.objectness, config.objectness, recipe.objectness);
  recipe.head = FirstGiven(flags.head, config.head, recipe.head);
  recipe.class_map = FirstGiven(flags.class_map, config.class_map, recipe.class_map);
  recipe.classes = flags.classes.empty() ? config.classes : flags.classes;
  recipe.seed = flags.seed.value_or(config.seed.value_or(0));
  recipe.options = AsUsage("--preset", [&] { return PresetOptions(recipe.preset); });
  recipe.options.saliency.smooth_grad.seed = recipe.seed;
  OptionList list;
  Describe(recipe, list);
  StageTexts stage_options = StageOptions(flags.stage_options, flags.short_options);
  stage_options.insert(config.stage_options.begin(), config.stage_options.end());
  SetStages(stage_options, list);
  CheckSegmenterOptions(recipe.options);
  return recipe;
}

}  // namespace

void AddRecipeFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses) {
  command
      .add_option(
          "--preset", flags.preset,
          fmt::format("recipe to start from: {}, of which {}'s values are shown below "
                      "(default {})",
                      fmt::join(PresetNames(), ", "), PresetNames().front(), PresetNames().front()))
      ->option_text("NAME");
  command
      .add_option(
          "--model", flags.model,
          fmt::format("classifier: a name out of `gradcut models list`, or a .safetensors or .pt "
                      "file (default {})",
                      ClassifierOptions().model))
      ->option_text("NAME|FILE");
  if (uses("class"))
    command
        .add_option(
            "--class", flags.classes,
            "class to look for, repeatable: a name, the name of a group (--class-map), a "
            "WordNet id, an index, a range such as 281-285, or several with commas; `gradcut "
            "models classes` lists them (default: the best-scoring ones of each image, "
            "--saliency.top_classes)")
        ->option_text("CLASS")
        ->allow_extra_args(false);
  command
      .add_option("--class-map", flags.class_map,
                  "groups of classes by a name of their own: a table of name, tab, indices such as "
                  "7-24 80 (default: PASCAL VOC's classes)")
      ->option_text("FILE");
  if (uses("objectness"))
    command
        .add_option("--objectness", flags.objectness,
                    "where objects are: a head from gradcut adapt, none, or the default one of the "
                    "classifier (default default)")
        ->option_text("default|none|FILE");
  command
      .add_option("--head", flags.head,
                  "classes of one's own in place of the classifier's: none, or a head from gradcut "
                  "fit (default none)")
      ->option_text("none|FILE");
  command.add_option("--device", flags.device, "auto, cpu, cuda or cuda:N (default auto)")
      ->option_text("DEVICE");
  AddSeedFlag(
      command, [&flags](std::uint64_t seed) { flags.seed = seed; },
      "seed of whatever is random; same seed, same bytes (default 0)");
  AddConfigFlag(command, flags.config);

  SegmenterOptions defaults = PresetOptions(PresetNames().front());
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(command, list, flags.stage_options, uses);
  AddShortFlags(command, list, flags.short_options, uses);
}

void AddRenderFlags(CLI::App& command, RecipeFlags& flags, const OptionUse& uses) {
  RenderOptions defaults;
  OptionList list;
  Describe(defaults, list);
  AddStageFlags(command, list, flags.stage_options, uses);
  AddShortFlags(command, list, flags.short_options, uses);
}

void Describe(Recipe& recipe, OptionList& list) {
  Describe(recipe.options, list);
  Describe(recipe.render, list);
}

Recipe ResolveRecipe(const RecipeFlags& flags) {
  return AsUsage("", [&] { return Resolve(flags); });
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
  json.update(StagesToJson(list));
  return json;
}

std::string RecipeToToml(const Recipe& recipe) {
  const nlohmann::json json = RecipeToJson(recipe);
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
