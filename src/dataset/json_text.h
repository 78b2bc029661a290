#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gradcut {

// What readers of JSON share.

// The value that a text is. `visit` may look at its parts and leave some out, as in
// `nlohmann::json::parse`. Throws `Error` "WHERE: is not JSON: cause".
nlohmann::json ParseJson(std::string_view text, const std::string& where,
                         const nlohmann::json::parser_callback_t& visit = nullptr);

// An object whose fields are asked for one by one. A field that is null counts as missing. Every
// function throws `Error` "WHERE: cause" for a field of another kind than it expects.
class JsonFields {
 public:
  // `value` must live as long; throws unless it is an object.
  JsonFields(const nlohmann::json& value, std::string where);

  const std::string& where() const { return where_; }

  // Throws naming the first field of another name.
  void AllowOnly(std::initializer_list<std::string_view> keys) const;

  double Number(const char* key) const;  // Throws where it is missing, too.
  double Number(const char* key, double otherwise) const;
  bool Flag(const char* key, bool otherwise) const;       // true, false, 1 or 0
  std::string Text(const char* key) const;                // "" where it is missing.
  std::optional<std::int64_t> Id(const char* key) const;  // A whole number from 0.
  cv::Size Size() const;  // width and height; empty where they are missing or 0.

  // An array; an empty one where it is missing.
  const nlohmann::json& List(const char* key) const;

 private:
  const nlohmann::json* Find(const char* key) const;
  [[noreturn]] void FailOf(const char* key, std::string_view expected) const;

  const nlohmann::json& value_;
  std::string where_;
};

}  // namespace gradcut
