#include "cli/recipe.h"

#include "cli/exit_status.h"
#include "cli/option_flag.h"
#include "gradcut/io/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <charconv>
#include <sstream>

namespace gradcut {
namespace {

// Where an unknown key may have been meant to go.
constexpr char kKnownKeys[] =
    "preset, model, device, objectness, head, class, class_map, seed or a table of stage options";

// What a value of a TOML or JSON file must be to become an option.
bool Fits(Option::Kind kind, const nlohmann::json& value) {
  switch (kind) {
    case Option::Kind::kNumber:
      return value.is_number();
    case Option::Kind::kInteger:
      return value.is_number_integer();
    case Option::Kind::kBoolean:
      return value.is_boolean();
    case Option::Kind::kChoice:
      return value.is_string() || value.is_number_integer();
    case Option::Kind::kIntegers:
    case Option::Kind::kNames:
      return value.is_string() || value.is_number_integer() || value.is_array();
  }
  return false;
}

std::string ValueText(const nlohmann::json& value) {
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
  std::vector<std::string> elements;
  for (const nlohmann::json& element : value) elements.push_back(ValueText(element));
  return fmt::format("{}", fmt::join(elements, ","));
}

nlohmann::json OptionToJson(const Option& option) {
  const std::string text = option.get();
  if (option.kind == Option::Kind::kChoice) return text;
  if (option.kind == Option::Kind::kIntegers) return nlohmann::json::parse("[" + text + "]");
  if (option.kind != Option::Kind::kNames) return nlohmann::json::parse(text);
  nlohmann::json names = nlohmann::json::array();
  std::istringstream words(text);
  for (std::string name; std::getline(words, name, ',');) names.push_back(name);
  return names;
}

// TOML or a run's run.json, as JSON.
nlohmann::json ReadConfig(const std::string& path) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;
  const std::vector<std::uint8_t> bytes = ReadFile(path, kMaxBytes);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  try {
    if (path.ends_with(".json")) {
      const nlohmann::json run = nlohmann::json::parse(text);
      return run.contains("recipe") ? run.at("recipe") : run;
    }
    std::ostringstream json;
    json << toml::json_formatter(toml::parse(text, path));
    return nlohmann::json::parse(json.str());
  } catch (const toml::parse_error& error) {
    Fail("{}:{}: {}", Printable(path), error.source().begin.line, Printable(error.description()));
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: not valid JSON: {}", Printable(path), Printable(error.what()));
  }
}

void ApplyStage(const std::string& stage, const nlohmann::json& table, RecipeFlags& flags) {
  SegmenterOptions scratch;
  OptionList list;
  Describe(scratch, list);
  for (const auto& [field, value] : table.items()) {
    const std::string key = stage + "." + field;
    const std::string text = ValueText(value);
    const Option* const option = list.Find(key);
    Require(option == nullptr || Fits(option->kind, value), "{} = {}, must be {}", key,
            value.dump(), option == nullptr ? "" : option->constraint);
    SetOption(list, key, text);
    flags.stage_options[key] = text;
  }
}

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
    ApplyStage(key, value, flags);
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

// CLI11 would take -1 for 2^64 - 1.
std::uint64_t ParseSeed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seed);
  if (error != std::errc() || end != last)
    throw UsageError(fmt::format("--seed {}: expected a whole number from 0 to 2^64 - 1", text));
  return seed;
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

Recipe Resolve(const RecipeFlags& flags) {
  const RecipeFlags config = FromConfig(flags.config);
  Recipe recipe;
  recipe.preset = FirstGiven(flags.preset, config.preset, PresetNames().front());
  recipe.classifier.model = FirstGiven(flags.model, config.model, ClassifierOptions().model);
  recipe.classifier.device = FirstGiven(flags.device, config.device, ClassifierOptions().device);
  recipe.objectness = FirstGiven(flags.objectness, config.objectness, recipe.objectness);
  recipe.head = FirstGiven(flags.head, config.head, recipe.head);
  recipe.class_map = FirstGiven(flags.class_map, config.class_map, recipe.class_map);
  recipe.classes = flags.classes.empty() ? config.classes : flags.classes;
  recipe.seed = flags.seed.value_or(config.seed.value_or(0));
  recipe.options = PresetOptions(recipe.preset);
  recipe.options.saliency.smooth_grad.seed = recipe.seed;
  CheckClassifierNames(recipe.classifier);
  OptionList list;
  Describe(recipe.options, list);
  std::map<std::string, std::string> stage_options = flags.stage_options;
  stage_options.insert(config.stage_options.begin(), config.stage_options.end());
  for (const auto& [key, text] : stage_options) {
    try {
      SetOption(list, key, text);
    } catch (const Error& error) {
      Fail("--{}", error.what());
    }
  }
  CheckSegmenterOptions(recipe.options);
  return recipe;
}

}  // namespace

void AddRecipeFlags(CLI::App& command, RecipeFlags& flags) {
  command
      .add_option("--preset", flags.preset,
                  fmt::format("recipe to start from: {} (default {})",
                              fmt::join(PresetNames(), ", "), PresetNames().front()))
      ->option_text("NAME");
  command
      .add_option(
          "--model", flags.model,
          fmt::format("classifier: a name out of `gradcut models list`, or a .safetensors or .pt "
                      "file (default {})",
                      ClassifierOptions().model))
      ->option_text("NAME|FILE");
  command
      .add_option("--class", flags.classes,
                  "class to look for, repeatable (default: the best-scoring one of each image)")
      ->option_text("NAME|INDEX")
      ->allow_extra_args(false);
  command
      .add_option("--class-map", flags.class_map,
                  "groups of classes by a name of their own: a table of name, tab, indices such as "
                  "7-24 80 (default: PASCAL VOC's classes)")
      ->option_text("FILE");
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
  const auto keep_seed = [&flags](const std::string& text) { flags.seed = ParseSeed(text); };
  command
      .add_option_function<std::string>(
          "--seed", keep_seed, "seed of whatever is random; same seed, same bytes (default 0)")
      ->option_text("S");
  command
      .add_option("--config", flags.config,
                  "TOML file of options, or the run.json of an earlier run; flags go before it")
      ->option_text("FILE");

  SegmenterOptions defaults = PresetOptions(PresetNames().front());
  OptionList list;
  Describe(defaults, list);
  for (const Option& option : list.options()) {
    const auto keep = [&flags, key = option.key](const std::string& text) {
      flags.stage_options[key] = text;
    };
    AddOptionFlag(command, option, keep)
        ->group(fmt::format("Stage: {}", option.key.substr(0, option.key.find('.'))));
  }
}

Recipe ResolveRecipe(const RecipeFlags& flags) {
  try {
    return Resolve(flags);
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
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
  Describe(recipe.options, list);
  for (const Option& option : list.options()) {
    const std::size_t dot = option.key.find('.');
    json[option.key.substr(0, dot)][option.key.substr(dot + 1)] = OptionToJson(option);
  }
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
