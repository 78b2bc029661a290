#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gradcut {

// JSON that tells of files. In memory a name has the bytes that the file system has; JSON text is
// UTF-8, where a byte that is none is the character U+10FD00 plus the byte, for private use.

/// JSON as text that `ParsedJson` makes the same value of (names of fields that are no UTF-8 are
/// not kept); `indent` is that of `nlohmann::json::dump`.
std::string JsonText(const nlohmann::json& value, int indent = -1);

/// Whether the JSON library reads a text to its end: it takes a NUL, which no JSON has, for one.
bool MayBeJson(std::string_view text);

/// The value that JSON text is; `nlohmann::json::value_t::discarded` for what is no JSON.
nlohmann::json ParsedJson(std::string_view text);

/// A text of JSON as the bytes that it stands for.
std::string BytesOfJson(std::string text);

}  // namespace gradcut
