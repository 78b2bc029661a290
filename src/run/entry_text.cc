#include "run/entry_text.h"

#include "gradcut/run/manifest.h"
#include "gradcut/storage/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace gradcut {
namespace {

std::string Member(std::string_view name, const nlohmann::json& value) {
  return fmt::format("\"{}\":{}", name, JsonLine(value));
}

}  // namespace

EntryText::EntryText(std::string_view line) {
  std::size_t begin = 0, depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else
        in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (depth++ == 0) begin = i + 1;
    } else if (c == ',' && depth == 1) {
      Read(line.substr(begin, i - begin));
      begin = i + 1;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      Read(line.substr(begin, i - begin));
    }
  }
}

void EntryText::Read(std::string_view text) {
  const std::size_t begin = text.find('"');
  if (begin == std::string_view::npos) return;  // There is no field between these brackets.
  const std::size_t end = text.find('"', begin + 1);
  std::string_view name = text.substr(begin + 1, end - begin - 1);
  if (name.find('\\') != std::string_view::npos)
    name = kept_.emplace_back(nlohmann::json::parse("{" + std::string(text) + "}").begin().key());
  Put({name, text});
}

void EntryText::Put(const Field& field) {
  const auto place = Find(field.name);
  if (place != fields_.end() && place->name == field.name)
    fields_[static_cast<std::size_t>(place - fields_.begin())] = field;  // What stands last counts.
  else
    fields_.insert(place, field);
}

EntryText::Fields::const_iterator EntryText::Find(std::string_view name) const {
  return std::lower_bound(
      fields_.begin(), fields_.end(), name,
      [](const Field& field, std::string_view other) { return field.name < other; });
}

bool EntryText::Has(std::string_view name) const {
  const auto found = Find(name);
  return found != fields_.end() && found->name == name;
}

bool EntryText::Holds(std::string_view name, const nlohmann::json& value) const {
  return Has(name) && Find(name)->text == Member(name, value);
}

nlohmann::json EntryText::Parse(const std::vector<std::string_view>& names) const {
  EntryText chosen("");
  for (const std::string_view name : names)
    if (Has(name)) chosen.Put(*Find(name));
  return ParsedJson(chosen.Line());
}

void EntryText::Set(std::string_view name, const nlohmann::json& value) {
  const std::string& text = kept_.emplace_back(Member(name, value));
  Put({std::string_view(text).substr(1, name.size()), text});
}

void EntryText::Erase(std::string_view name) {
  if (Has(name)) fields_.erase(Find(name));
}

std::string EntryText::Line() const {
  std::string line;
  for (const Field& field : fields_) {
    line += line.empty() ? '{' : ',';
    line += field.text;
  }
  return line.empty() ? "{}" : line + "}";
}

}  // namespace gradcut
