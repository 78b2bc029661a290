#pragma once

#include <list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// An entry of a manifest by the text of its fields. What is not asked for is copied as it stands:
/// several times as fast as making objects of it and writing them again.
class EntryText {
 public:
  /// `line` is a JSON object without errors, or "", which has no fields; it outlives this.
  explicit EntryText(std::string_view line);
  EntryText(const EntryText&) = delete;
  EntryText& operator=(const EntryText&) = delete;

  bool Has(std::string_view name) const;
  /// Whether a field is written as `JsonLine` writes this value. Another way of writing it is not
  /// looked for.
  bool Holds(std::string_view name, const nlohmann::json& value) const;

  /// Those of these fields that there are; an object.
  nlohmann::json Parse(const std::vector<std::string_view>& names) const;

  /// `name` needs no escapes.
  void Set(std::string_view name, const nlohmann::json& value);
  void Erase(std::string_view name);

  /// All fields, in the order of their names: the `JsonLine` of the entry, if `line` was one.
  std::string Line() const;

 private:
  struct Field {
    std::string_view name;
    std::string_view text;  ///< Name and value.
  };
  using Fields = std::vector<Field>;

  void Read(std::string_view text);
  void Put(const Field& field);
  Fields::const_iterator Find(std::string_view name) const;

  Fields fields_;                ///< In the order of their names.
  std::list<std::string> kept_;  ///< What does not stand in the line.
};

}  // namespace gradcut
