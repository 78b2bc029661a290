#include "gradcut/storage/text.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"

#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

namespace gradcut {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";

void AppendUtf8(char32_t character, std::string& text) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

// Units of two bytes, of which `low` is the less significant one.
std::string FromUtf16(std::span<const std::uint8_t> bytes, std::size_t low) {
  constexpr char32_t kUnknown = 0xfffd;
  std::string text;
  char32_t first = 0;  // Of a pair.
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const char32_t unit = static_cast<char32_t>(bytes[i + low] | bytes[i + 1 - low] << 8);
    const bool ends_pair = unit >= 0xdc00 && unit < 0xe000;
    if (first != 0 && !ends_pair) AppendUtf8(kUnknown, text);
    if (ends_pair)
      AppendUtf8(first == 0 ? kUnknown : 0x10000 + ((first - 0xd800) << 10) + (unit - 0xdc00),
                 text);
    first = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
    if (first == 0 && !ends_pair) AppendUtf8(unit, text);
  }
  return text;
}

// Each line without the white space at its end.
void VisitLines(std::string_view text, const std::function<void(std::string_view line)>& visit) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    visit(line.substr(0, line.find_last_not_of(" \t\r") + 1));
    begin = end + 1;
  }
}

// The bytes without a mark, or what they are as UTF-8, put into `decoded`.
std::string_view Decode(std::span<const std::uint8_t> bytes, std::string& decoded) {
  const std::string_view text = AsText(bytes);
  const bool is_little = text.starts_with("\xff\xfe");
  if (is_little || text.starts_with("\xfe\xff"))
    return decoded = FromUtf16(bytes.subspan(2), is_little ? 0 : 1);
  return text.substr(text.starts_with(kMark) ? kMark.size() : 0);
}

}  // namespace

std::string DecodeText(std::span<const std::uint8_t> bytes) {
  std::string decoded;
  return std::string(Decode(bytes, decoded));
}

std::string ReadText(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return DecodeText(ReadFile(path, max_bytes));
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  VisitLines(text, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream words(text);
  for (std::string part; std::getline(words, part, ',');) parts.push_back(part);
  return parts;
}

void ForEachLine(const std::filesystem::path& path,
                 const std::function<void(std::string_view line)>& visit) {
  const std::vector<std::uint8_t> bytes = ReadFile(path);
  std::string decoded;
  VisitLines(Decode(bytes, decoded), visit);  // A list of 10^7 paths is not copied.
}

bool ForEachRawLine(const std::filesystem::path& path,
                    const std::function<void(const std::string& line)>& visit) {
  std::ifstream lines(path);
  if (!lines && (errno == ENOENT || errno == ENOTDIR)) return false;
  if (!lines) FailWithErrno(path, "cannot be opened");
  for (std::string line; std::getline(lines, line);) visit(line);
  if (lines.bad()) Fail("{}: cannot be read to its end", Printable(path));
  return true;
}

std::vector<std::string> ReadLines(const std::filesystem::path& path) {
  return LinesOf(ReadText(path));
}

std::string ComposedName(std::string_view name) {
  utf8proc_uint8_t* composed = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
                   static_cast<utf8proc_ssize_t>(name.size()), &composed,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  if (size < 0) return std::string(name);
  return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size)};
}

}  // namespace gradcut
