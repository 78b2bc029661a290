#include "dataset/json_entry.h"

#include "gradcut/core/error.h"

#include <cmath>

namespace gradcut {

bool JsonEntry::Has(const char* key) const {
  const auto found = json_.find(key);
  return found != json_.end() && !found->is_null();
}

const nlohmann::json& JsonEntry::At(const char* key) const {
  Require(Has(key), "{}: has no {}", name_, key);
  return json_.at(key);
}

std::string JsonEntry::Text(const char* key) const {
  if (!At(key).is_string()) Refuse(key, "a text");
  return At(key).get<std::string>();
}

bool JsonEntry::Flag(const char* key) const {
  const nlohmann::json& value = At(key);
  return value.is_boolean() ? value.get<bool>() : Whole(value, key) != 0;
}

std::int64_t JsonEntry::Whole(const nlohmann::json& value, const char* key) const {
  constexpr double kMaxWhole = 9007199254740992.0;  // 2^53: larger ones are not whole for sure.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX)
    Refuse(key, "a number below 2^63");
  if (value.is_number_integer()) return value.get<std::int64_t>();
  const double number = value.is_number() ? value.get<double>() : 0.5;
  if (number != std::floor(number) || std::abs(number) > kMaxWhole) Refuse(key, "a whole number");
  return static_cast<std::int64_t>(number);
}

double JsonEntry::Number(const nlohmann::json& value, const char* key) const {
  if (!value.is_number()) Refuse(key, "a number");
  return value.get<double>();
}

std::uint32_t JsonEntry::Pixels(const nlohmann::json& value, const char* key) const {
  const std::int64_t pixels = Whole(value, key);
  if (pixels < 0 || pixels > UINT32_MAX) Refuse(key, "a number of pixels");
  return static_cast<std::uint32_t>(pixels);
}

void JsonEntry::Refuse(const char* key, std::string_view expected) const {
  Fail("{}: {}: expected {}", name_, key, expected);
}

}  // namespace gradcut
