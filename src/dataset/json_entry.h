#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace gradcut {

// An object of a JSON file whose fields are not trusted, and what to call it: "annotations[3]". A
// field that is null is not there. All throw `Error` "NAME: KEY: expected ..." for another kind of
// value, and "NAME: has no KEY".
class JsonEntry {
 public:
  JsonEntry(const nlohmann::json& json, std::string name) : json_(json), name_(std::move(name)) {}

  bool Has(const char* key) const;
  const nlohmann::json& At(const char* key) const;

  std::int64_t Whole(const char* key) const { return Whole(At(key), key); }  // 7.0 is one too.
  double Number(const char* key) const { return Number(At(key), key); }
  std::string Text(const char* key) const;
  bool Flag(const char* key) const;  // Numbers but 0 are true.

  // The same for a value within the field `key`.
  std::int64_t Whole(const nlohmann::json& value, const char* key) const;
  double Number(const nlohmann::json& value, const char* key) const;
  std::uint32_t Pixels(const nlohmann::json& value, const char* key) const;  // From 0 on.

  [[noreturn]] void Refuse(const char* key, std::string_view expected) const;

 private:
  const nlohmann::json& json_;
  std::string name_;
};

}  // namespace gradcut
