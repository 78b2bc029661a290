#include "dataset/json_text.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gradcut {
namespace {

using Json = nlohmann::json;

// What is wrong, without the library's own marks and without what it read, which may be long.
std::string_view CauseOf(const Json::exception& error) {
  std::string_view text = error.what();
  text.remove_prefix(std::min(text.find("] ") + 2, text.size()));
  if (text.starts_with("parse error at"))
    text.remove_prefix(std::min(text.find(": ") + 2, text.size()));
  return text.substr(0, text.find("; last read"));
}

}  // namespace

Json ParseJson(std::string_view text, const std::string& where,
               const Json::parser_callback_t& visit) {
  try {
    return Json::parse(text.begin(), text.end(), visit);
  } catch (const Json::parse_error& error) {
    Fail("{}: is not JSON: {} (byte {})", where, Printable(CauseOf(error)), error.byte);
  } catch (const Json::exception& error) {
    constexpr std::size_t kMostShown = 80;  // It may show a number of any length.
    Fail("{}: is not JSON: {}", where, Printable(CauseOf(error).substr(0, kMostShown)));
  }
}

JsonFields::JsonFields(const Json& value, std::string where)
    : value_(value), where_(std::move(where)) {
  Require(value.is_object(), "{}: must be an object", where_);
}

void JsonFields::AllowOnly(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : value_.items())
    Require(std::find(keys.begin(), keys.end(), key) != keys.end(), "{}: has an unknown part '{}'",
            where_, Printable(key));
}

double JsonFields::Number(const char* key) const {
  const Json* const value = Find(key);
  if (value == nullptr || !value->is_number()) FailOf(key, "a number");
  return value->get<double>();
}

double JsonFields::Number(const char* key, double otherwise) const {
  return Find(key) == nullptr ? otherwise : Number(key);
}

bool JsonFields::Flag(const char* key, bool otherwise) const {
  const Json* const value = Find(key);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  if (*value != 0 && *value != 1) FailOf(key, "true or false");
  return *value == 1;
}

std::string JsonFields::Text(const char* key) const {
  const Json* const value = Find(key);
  if (value == nullptr) return "";
  if (!value->is_string()) FailOf(key, "a text");
  return value->get<std::string>();
}

std::optional<std::int64_t> JsonFields::Id(const char* key) const {
  if (Find(key) == nullptr) return std::nullopt;
  constexpr double kLast = 9007199254740992;  // The last one that floating point tells from others.
  const Json& value = *Find(key);
  // Tables that were once data frames have whole numbers as 7.0.
  const double number = value.is_number() ? value.get<double>() : -1;
  if (!(number >= 0 && number <= kLast && number == std::floor(number)))
    FailOf(key, "a whole number from 0");
  return static_cast<std::int64_t>(number);
}

cv::Size JsonFields::Size() const {
  const std::int64_t width = Id("width").value_or(0), height = Id("height").value_or(0);
  if (width == 0 || height == 0) return {};
  return {CheckedInt(width, where_ + ": width"), CheckedInt(height, where_ + ": height")};
}

const Json& JsonFields::List(const char* key) const {
  static const Json kNone = Json::array();
  const Json* const value = Find(key);
  if (value == nullptr) return kNone;
  if (!value->is_array()) FailOf(key, "a list");
  return *value;
}

const Json* JsonFields::Find(const char* key) const {
  const auto found = value_.find(key);
  return found == value_.end() || found->is_null() ? nullptr : &*found;
}

void JsonFields::FailOf(const char* key, std::string_view expected) const {
  Fail("{}: '{}' {} {}", where_, key, Find(key) == nullptr ? "is missing, expected" : "must be",
       expected);
}

}  // namespace gradcut
