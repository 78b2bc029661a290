#include "gradcut/options/option_texts.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <sstream>
#include <vector>

namespace gradcut {
namespace {

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

nlohmann::json ParseOptionFile(const std::filesystem::path& path) {
  constexpr std::uint64_t kMaxBytes = 1 << 20;
  const std::string text = ReadText(path, kMaxBytes);
  try {
    if (path.native().ends_with(".json")) {
      const nlohmann::json run = nlohmann::json::parse(text);
      return run.contains("recipe") ? run.at("recipe") : run;
    }
    std::ostringstream json;
    json << toml::json_formatter(toml::parse(text, path.native()));
    return nlohmann::json::parse(json.str());
  } catch (const toml::parse_error& error) {
    Fail("{}:{}: {}", Printable(path), error.source().begin.line, Printable(error.description()));
  } catch (const nlohmann::json::exception& error) {
    Fail("{}: not valid JSON: {}", Printable(path), Printable(error.what()));
  }
}

}  // namespace

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
            value.dump(), option == nullptr ? "" : option->constraint);
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
