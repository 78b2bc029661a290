#include "cli/recipe.h"

#include "cli/exit_status.h"
#include "gradcut/io/file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <sstream>

namespace gradcut {
namespace {

// A value of a TOML or JSON file as option text.
std::string ValueText(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// TOML or a run's run.json, as JSON.
nlohmann::json ReadConfig(const std::string& path) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
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
    Fail("{}:{}: {}", path, error.source().begin.line, error.description());
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: not valid JSON: {}", path, error.what());
  }
}

void ApplyConfigEntry(const std::string& key, const nlohmann::json& value, RecipeFlags& flags) {
  const std::map<std::string, std::string*> texts = {
      {"preset", &flags.preset}, {"model", &flags.model}, {"device", &flags.device}};
  if (value.is_object()) {
    for (const auto& [field, entry] : value.items())
      flags.stage_options[key + "." + field] = ValueText(entry);
  } else if (const auto text = texts.find(key); text != texts.end()) {
    Require(value.is_string(), "{} must be a string", key);
    *text->second = value.get<std::string>();
  } else if (key == "seed") {
    Require(value.is_number_unsigned(), "seed must be a whole number >= 0");
    flags.seed = value.get<std::uint64_t>();
  } else if (key == "class") {
    Require(value.is_array(), "class must be an array of names or indices");
    for (const nlohmann::json& name : value) flags.classes.push_back(ValueText(name));
  } else {
    Fail(
        "unknown key '{}': expected preset, model, device, class, seed or a table of stage options",
        key);
  }
}

RecipeFlags FromConfig(const std::string& path) {
  RecipeFlags flags;
  if (path.empty()) return flags;
  const nlohmann::json config = ReadConfig(path);
  Require(config.is_object(), "{}: expected a table of options", path);
  for (const auto& [key, value] : config.items()) {
    try {
      ApplyConfigEntry(key, value, flags);
    } catch (const Error& error) {
      Fail("{}: {}", path, error.what());
    }
  }
  return flags;
}

std::string FirstGiven(const std::string& flag, const std::string& config,
                       const std::string& fallback) {
  return !flag.empty() ? flag : !config.empty() ? config : fallback;
}

Recipe Resolve(const RecipeFlags& flags) {
  const RecipeFlags config = FromConfig(flags.config);
  Recipe recipe;
  recipe.preset = FirstGiven(flags.preset, config.preset, PresetNames().front());
  recipe.classifier.model = FirstGiven(flags.model, config.model, ClassifierOptions().model);
  recipe.classifier.device = FirstGiven(flags.device, config.device, ClassifierOptions().device);
  recipe.classes = flags.classes.empty() ? config.classes : flags.classes;
  recipe.seed = flags.seed.value_or(config.seed.value_or(0));
  recipe.options = PresetOptions(recipe.preset);
  OptionList list;
  Describe(recipe.options, list);
  for (const auto& [key, text] : config.stage_options) {
    try {
      SetOption(list, key, text);
    } catch (const Error& error) {
      Fail("{}: {}", flags.config, error.what());
    }
  }
  for (const auto& [key, text] : flags.stage_options) SetOption(list, key, text);
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
      .add_option("--model", flags.model,
                  fmt::format("classifier: {}, or a .safetensors file (default {})",
                              fmt::join(ArchitectureNames(), ", "), ClassifierOptions().model))
      ->option_text("NAME|FILE");
  command
      .add_option("--class", flags.classes,
                  "class to look for, repeatable (default: the best-scoring one of each image)")
      ->option_text("NAME|INDEX")
      ->allow_extra_args(false);
  command.add_option("--device", flags.device, "auto, cpu, cuda or cuda:N (default auto)")
      ->option_text("DEVICE");
  command
      .add_option("--seed", flags.seed,
                  "seed of whatever is random; same seed, same bytes (default 0)")
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
    command
        .add_option_function<std::string>(
            "--" + option.key, keep,
            fmt::format("{}; {} (default {})", option.help, option.constraint, option.get()))
        ->option_text("VALUE")
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
                         {"class", recipe.classes},
                         {"seed", recipe.seed}};
  OptionList list;
  Describe(recipe.options, list);
  for (const Option& option : list.options()) {
    const std::size_t dot = option.key.find('.');
    const std::string text = option.get();
    json[option.key.substr(0, dot)][option.key.substr(dot + 1)] =
        option.kind == Option::Kind::kChoice ? nlohmann::json(text) : nlohmann::json::parse(text);
  }
  return json;
}

}  // namespace gradcut
