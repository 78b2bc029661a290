#include "dataset/jsonl_hints.h"

#include "dataset/json_text.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace gradcut {
namespace {

using nlohmann::json;

HintBox BoxOf(const JsonFields& fields) {
  fields.AllowOnly({"id", "x", "y", "width", "height", "class"});
  return {.id = fields.Id("id").value_or(kUnnumbered),
          .box = {fields.Number("x"), fields.Number("y"), fields.Number("width"),
                  fields.Number("height")},
          .class_name = fields.Text("class")};
}

// A stroke without its points.
HintStroke MeaningOf(const JsonFields& fields) {
  return {.points = {},
          .radius = fields.Number("radius", 0),
          .object = fields.Flag("object", true),
          .class_name = fields.Text("class"),
          .box = fields.Id("box")};
}

HintStroke PointOf(const JsonFields& fields) {
  fields.AllowOnly({"x", "y", "object", "class", "box"});
  HintStroke stroke = MeaningOf(fields);
  stroke.points = {{fields.Number("x"), fields.Number("y")}};
  return stroke;
}

HintStroke StrokeOf(const JsonFields& fields) {
  fields.AllowOnly({"points", "radius", "object", "class", "box"});
  HintStroke stroke = MeaningOf(fields);
  for (const json& point : fields.List("points")) {
    Require(point.is_array() && point.size() == 2 && point[0].is_number() && point[1].is_number(),
            "{}: 'points' must be a list of [x, y]", fields.where());
    stroke.points.emplace_back(point[0].get<double>(), point[1].get<double>());
  }
  return stroke;
}

// What `read` makes of each object in a list.
template <class Read>
void ReadEach(const JsonFields& line, const char* key, const Read& read) {
  const json& list = line.List(key);
  for (std::size_t i = 0; i < list.size(); ++i)
    read(JsonFields(list[i], fmt::format("{}: {}[{}]", line.where(), key, i)));
}

HintPiece PieceOf(const JsonFields& line) {
  HintPiece piece = {.where = line.where(), .size = line.Size()};
  Hints& hints = piece.hints;
  ReadEach(line, "boxes", [&](const JsonFields& box) { hints.boxes.push_back(BoxOf(box)); });
  ReadEach(line, "points",
           [&](const JsonFields& point) { hints.strokes.push_back(PointOf(point)); });
  ReadEach(line, "strokes",
           [&](const JsonFields& stroke) { hints.strokes.push_back(StrokeOf(stroke)); });
  return piece;
}

// The entries of a file, line by line.
class Entries {
 public:
  void Add(const JsonFields& line) {
    line.AllowOnly({"path", "width", "height", "boxes", "points", "strokes", "clear"});
    const std::string name = line.Text("path");
    Require(!name.empty(), "{}: has no 'path', expected that of an image", line.where());
    const auto [known, is_new] = index_.try_emplace(NameKey(name), entries_.size());
    if (is_new) entries_.push_back({.name = name});
    std::vector<HintPiece>& pieces = entries_[known->second].pieces;
    if (line.Flag("clear", false)) pieces.clear();
    if (HintPiece piece = PieceOf(line); !piece.hints.empty()) pieces.push_back(std::move(piece));
  }

  std::vector<NamedEntry> Take() && { return std::move(entries_); }

 private:
  std::vector<NamedEntry> entries_;
  std::unordered_map<std::string, std::size_t> index_;  // By `NameKey`.
};

json ParseLine(std::string_view line, bool ends, const std::string& where) {
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
    const json value = ParseLine(line, /*ends=*/end < text.size(), where);
    entries.Add(JsonFields(value, where));
  }
  return std::move(entries).Take();
}

}  // namespace gradcut
