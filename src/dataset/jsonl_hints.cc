#include "dataset/jsonl_hints.h"

#include "dataset/hint_fields.h"
#include "dataset/json_text.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/json.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gradcut {
namespace {

using Json = nlohmann::json;

HintPiece PieceOf(const JsonFields& line) {
  return {.where = line.where(), .size = line.Size(), .hints = HintsOf(line)};
}

// The entries of a file, line by line.
class Entries {
 public:
  void Add(const JsonFields& line) {
    const std::string name = BytesOfJson(line.Text("path"));
    Require(!name.empty(), "{}: has no 'path', expected that of an image", line.where());
    const auto [known, is_new] = index_.try_emplace(ExactKey(name), entries_.size());
    if (is_new) entries_.push_back({.name = name});
    std::vector<HintPiece>& pieces = entries_[known->second].pieces;
    if (line.Flag("clear", false)) pieces.clear();
    if (HintPiece piece = PieceOf(line); !piece.hints.empty()) pieces.push_back(std::move(piece));
  }

  std::vector<NamedEntry> Take() && { return std::move(entries_); }

 private:
  std::vector<NamedEntry> entries_;
  std::unordered_map<std::string, std::size_t> index_;  // By `ExactKey`.
};

Json ParseLine(std::string_view line, bool ends, const std::string& where) {
  try {
    return ParseJson(line, where);
  } catch (const Error&) {
    Require(ends,
            "{}: the last line is unfinished, as a program leaves it that is stopped while it "
            "writes: complete or remove it",
            where);
    throw;
  }
}

}  // namespace

std::vector<NamedEntry> ReadJsonlHints(const std::filesystem::path& path) {
  const std::string decoded = ReadText(path);
  const std::string_view text = decoded;
  Entries entries;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    const std::string where = fmt::format("{}:{}", Printable(path), ++number);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const Json value = ParseLine(line, /*ends=*/end < text.size(), where);
    entries.Add(JsonFields(value, where));
  }
  return std::move(entries).Take();
}

}  // namespace gradcut
