#include "gradcut/storage/json.h"

#include <utf8proc.h>

#include <utility>
#include <vector>

namespace gradcut {
namespace {

using Json = nlohmann::json;

constexpr utf8proc_int32_t kZero = 0x10fd00;     // Stands for a byte of 0.
constexpr std::string_view kBegin = "\xf4\x8f";  // Of the characters behind it, and of others.
constexpr std::size_t kLength = 4;

// The character that a text begins with, and its bytes; below 0 if it begins with none.
std::pair<utf8proc_int32_t, utf8proc_ssize_t> FirstOf(std::string_view text) {
  utf8proc_int32_t character = -1;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &character);
  return {character, size};
}

bool StandsForByte(utf8proc_int32_t character) {
  return character >= kZero + 0x80 && character <= kZero + 0xff;
}

// Characters that stand for bytes are taken for bytes, or they would not come back.
std::string Utf8Of(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto [character, size] = FirstOf(bytes);
    if (size > 0 && !StandsForByte(character)) {
      text += bytes.substr(0, static_cast<std::size_t>(size));
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else {
      utf8proc_uint8_t encoded[kLength];
      utf8proc_encode_char(kZero + static_cast<unsigned char>(bytes.front()), encoded);
      text.append(reinterpret_cast<const char*>(encoded), kLength);
      bytes.remove_prefix(1);
    }
  }
  return text;
}

// All texts in a value. Not by calls within calls: values of others may be nested without end.
template <class Change>
void ChangeTexts(Json& value, const Change& change) {
  std::vector<Json*> left = {&value};
  while (!left.empty()) {
    Json& next = *left.back();
    left.pop_back();
    if (next.is_string()) next = change(next.get<std::string>());
    if (next.is_structured())
      for (Json& part : next) left.push_back(&part);
  }
}

}  // namespace

std::string JsonText(const Json& value, int indent) {
  try {
    std::string text = value.dump(indent);
    if (text.find(kBegin) == std::string::npos) return text;
  } catch (const Json::type_error&) {  // Bytes that are not UTF-8: seldom.
  }
  Json changed = value;
  ChangeTexts(changed, Utf8Of);
  return changed.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

bool MayBeJson(std::string_view text) { return text.find('\0') == std::string_view::npos; }

Json ParsedJson(std::string_view text) {
  if (!MayBeJson(text)) return Json::value_t::discarded;
  Json value = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (text.find(kBegin) != std::string_view::npos) ChangeTexts(value, BytesOfJson);
  return value;
}

std::string BytesOfJson(std::string text) {
  for (std::size_t at = text.find(kBegin); at != std::string::npos;
       at = text.find(kBegin, at + 1)) {
    const utf8proc_int32_t character = FirstOf(std::string_view(text).substr(at)).first;
    if (StandsForByte(character))
      text.replace(at, kLength, 1, static_cast<char>(character - kZero));
  }
  return text;
}

}  // namespace gradcut
