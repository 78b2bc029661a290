#include "gradcut/options/option_texts.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <sstream>
#include <system_error>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

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
    case Option::Kind::kText:
      return value.is_string();
    case Option::Kind::kLength:
      return value.is_string() || value.is_number();
    case Option::Kind::kIntegers:
    case Option::Kind::kNames:
      return value.is_string() || value.is_number_integer() || value.is_array();
  }
  return false;
}

nlohmann::json OptionToJson(const Option& option) {
  const std::string text = option.get();
  const bool is_text = option.kind == Option::Kind::kChoice || option.kind == Option::Kind::kText ||
                       (option.kind == Option::Kind::kLength && text.ends_with('%'));
  if (is_text) return text;
  if (option.kind == Option::Kind::kIntegers) return nlohmann::json::parse("[" + text + "]");
  if (option.kind != Option::Kind::kNames) return nlohmann::json::parse(text);
  return SplitAtCommas(text);
}

// Texts that name no file, whatever there is.
using IsWord = bool (*)(const std::string& text);

// What names a file from one folder, from anywhere; with commas there may be several. As it is
// where it names none.
std::string FilesFrom(const fs::path& folder, const std::string& text, IsWord is_word) {
  const auto is_there = [&](const std::string& name) {
    std::error_code ignored;
    return !name.empty() && !is_word(name) && fs::path(name).is_relative() &&
           fs::is_regular_file(folder / name, ignored);
  };
  if (is_there(text)) return (folder / text).string();
  std::vector<std::string> names = SplitAtCommas(text);
  if (names.size() < 2 || folder.native().find(',') != std::string::npos) return text;
  for (std::string& name : names)
    if (is_there(name)) name = (folder / name).string();
  return fmt::format("{}", fmt::join(names, ","));
}

nlohmann::json ParseOptionFile(const fs::path& path) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;
  const std::string text = ReadText(path, kMaxBytes);
  try {
    if (path.native().ends_with(".json")) {
      nlohmann::json run = nlohmann::json::parse(text);
      if (!run.contains("recipe")) return run;
      const nlohmann::json folder = run.value("folder", nlohmann::json());
      return folder.is_string() ? NamedFrom(BytesOfJson(folder), run["recipe"]) : run["recipe"];
    }
    std::ostringstream json;
    json << toml::json_formatter(toml::parse(text, path.native()));
    return ParsedJson(json.str());
  } catch (const toml::parse_error& error) {
    Fail("{}:{}: {}", Printable(path), error.source().begin.line, Printable(error.description()));
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: not valid JSON: {}", Printable(path), Printable(error.what()));
  }
}

}  // namespace

nlohmann::json NamedFrom(const fs::path& folder, nlohmann::json recipe) {
  if (!recipe.is_object()) return recipe;
  const auto name = [&](nlohmann::json& table, const char* key, IsWord is_word) {
    if (const auto text = table.find(key); text != table.end() && text->is_string())
      *text = FilesFrom(folder, BytesOfJson(*text), is_word);
  };
  // A classifier that is known, a colour.
  const IsWord is_bare = [](const std::string& text) {
    return text.find_first_of("./") == std::string::npos;
  };
  const IsWord is_choice = [](const std::string& text) {
    return text == "default" || text == "none";
  };
  name(recipe, "model", is_bare);
  for (const char* const key : {"objectness", "head", "class_map"}) name(recipe, key, is_choice);
  if (const auto render = recipe.find("render"); render != recipe.end() && render->is_object())
    name(*render, "background", is_bare);
  return recipe;
}

void ReadOptionFile(
    const std::filesystem::path& path,
    const std::function<void(const std::string& key, const nlohmann::json& value)>& read) {
  const nlohmann::json file = ParseOptionFile(path);
  Require(file.is_object(), "{}: expected a table of options", Printable(path));
  for (const auto& [key, value] : file.items()) {
    try {
      read(key, value);
    } catch (const Error& error) {
      Fail("{}: {}", Printable(path), Printable(error.what()));
    }
  }
}

std::string ValueText(const nlohmann::json& value) {
  if (!value.is_array()) return value.is_string() ? value.get<std::string>() : value.dump();
  std::vector<std::string> elements;
  for (const nlohmann::json& element : value) elements.push_back(ValueText(element));
  return fmt::format("{}", fmt::join(elements, ","));
}

void ReadStage(const std::string& stage, const nlohmann::json& table, const OptionList& list,
               OptionTexts& texts) {
  for (const auto& [field, value] : table.items()) {
    const std::string key = stage + "." + field;
    const std::string text = ValueText(value);
    const Option* const option = list.Find(key);
    Require(option == nullptr || Fits(option->kind, value), "{} = {}, must be {}", key,
            JsonText(value), option == nullptr ? "" : option->constraint);
    SetOption(list, key, text);
    texts[key] = text;
  }
}

void SetOptions(const OptionTexts& texts, const OptionList& list) {
  for (const auto& [key, text] : texts) SetOption(list, key, text);
}

nlohmann::json OptionsToJson(const OptionList& list) {
  nlohmann::json json;
  for (const Option& option : list.options()) {
    const std::size_t dot = option.key.find('.');
    json[option.key.substr(0, dot)][option.key.substr(dot + 1)] = OptionToJson(option);
  }
  return json;
}

}  // namespace gradcut
