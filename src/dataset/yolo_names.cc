#include "dataset/yolo_names.h"

#include "dataset/numbers.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <yaml.h>

#include <cmath>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// What stands in a YAML file, one part after the other. Loading all of it takes libyaml a time that
// grows with the square of what is nested or has anchors.
class YamlReader {
 public:
  // Both must live as long.
  YamlReader(const std::string& text, const std::string& file) : file_(file) {
    Require(yaml_parser_initialize(&parser_) != 0, "{}: does not fit into memory", file);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~YamlReader() {
    yaml_event_delete(&part_);
    yaml_parser_delete(&parser_);
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;

  yaml_event_type_t type() const { return part_.type; }

  // Of a scalar; "" for anything else.
  std::string_view text() const {
    if (type() != YAML_SCALAR_EVENT) return {};
    return {reinterpret_cast<const char*>(part_.data.scalar.value), part_.data.scalar.length};
  }

  // Goes on to the next part. There is one until the end of the document.
  void Next() {
    yaml_event_delete(&part_);
    const bool parsed = yaml_parser_parse(&parser_, &part_) != 0;
    Require(parsed, "{}:{}: is not YAML: {}", file_, parser_.problem_mark.line + 1,
            parser_.problem == nullptr ? "cannot be read" : parser_.problem);
  }

  // Passes over a value, whatever it holds.
  void Skip() {
    constexpr int kDeepest = 100;
    int depth = 0;
    do {
      depth += type() == YAML_SEQUENCE_START_EVENT || type() == YAML_MAPPING_START_EVENT;
      depth -= type() == YAML_SEQUENCE_END_EVENT || type() == YAML_MAPPING_END_EVENT;
      RequireHere(depth <= kDeepest, "is nested too deeply");
      Next();
    } while (depth > 0);
  }

  void RequireHere(bool condition, std::string_view message) const {
    Require(condition, "{}:{}: {}", file_, part_.start_mark.line + 1, message);
  }

 private:
  const std::string& file_;
  yaml_parser_t parser_ = {};
  yaml_event_t part_ = {};
};

std::string NameAt(const YamlReader& yaml) {
  yaml.RequireHere(yaml.type() == YAML_SCALAR_EVENT, "must be the name of a class");
  return std::string(yaml.text());
}

std::int64_t IndexAt(const YamlReader& yaml) {
  constexpr double kLast = 1e9;
  const double index = FiniteNumber(yaml.text());
  yaml.RequireHere(index >= 0 && index <= kLast && index == std::floor(index),
                   "must be the index of a class");
  return static_cast<std::int64_t>(index);
}

std::map<std::int64_t, std::string> NamesAt(YamlReader& yaml) {
  std::map<std::int64_t, std::string> names;
  const bool list = yaml.type() == YAML_SEQUENCE_START_EVENT;
  yaml.RequireHere(list || yaml.type() == YAML_MAPPING_START_EVENT,
                   "'names' must be a list or a map");
  const yaml_event_type_t end = list ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
  for (yaml.Next(); yaml.type() != end; yaml.Next()) {
    auto index = static_cast<std::int64_t>(names.size());
    if (!list) {
      index = IndexAt(yaml);
      yaml.Next();
    }
    names[index] = NameAt(yaml);
  }
  yaml.Next();
  return names;
}

// How many numbers keypoints of the shape [COUNT, 2 or 3] have.
std::size_t KeypointNumbersAt(YamlReader& yaml) {
  constexpr const char* kExpected = "'kpt_shape' must be a list: how many keypoints, and 2 or 3";
  constexpr double kMostPoints = 1e4;
  yaml.RequireHere(yaml.type() == YAML_SEQUENCE_START_EVENT, kExpected);
  yaml.Next();
  const double count = FiniteNumber(yaml.text());
  yaml.RequireHere(count >= 0 && count <= kMostPoints && count == std::floor(count), kExpected);
  yaml.Next();
  const double each = FiniteNumber(yaml.text());
  yaml.RequireHere(each == 2 || each == 3, kExpected);
  yaml.Next();
  yaml.RequireHere(yaml.type() == YAML_SEQUENCE_END_EVENT, kExpected);
  yaml.Next();
  return static_cast<std::size_t>(count * each);
}

// The entries of "names"; nothing where there is no such key, as in YAML files of other kinds.
std::optional<YoloNames> NamesInYaml(const fs::path& path) {
  const std::string file = Printable(path), text = ReadText(path);
  YamlReader yaml(text, file);
  do {
    yaml.Next();
  } while (yaml.type() == YAML_STREAM_START_EVENT || yaml.type() == YAML_DOCUMENT_START_EVENT);
  if (yaml.type() != YAML_MAPPING_START_EVENT) return std::nullopt;
  yaml.Next();
  bool has_names = false;
  YoloNames result = {.file = file};
  while (yaml.type() != YAML_MAPPING_END_EVENT) {
    const std::string key(yaml.text());
    yaml.Skip();
    has_names |= key == "names";
    if (key == "names")
      result.names = NamesAt(yaml);
    else if (key == "kpt_shape")
      result.keypoint_numbers = KeypointNumbersAt(yaml);
    else
      yaml.Skip();
  }
  return has_names ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<YoloNames> NamesInLines(const fs::path& path) {
  YoloNames result = {.file = Printable(path)};
  const std::vector<std::string> lines = ReadLines(path);
  // An empty line names nothing, and the next one is the next class all the same.
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].empty()) result.names[static_cast<std::int64_t>(i)] = lines[i];
  return result;
}

std::optional<YoloNames> NamesIn(const fs::path& folder) {
  std::error_code ignored;
  for (const char* const name : {"data.yaml", "dataset.yaml"})
    if (fs::is_regular_file(folder / name, ignored))
      if (auto names = NamesInYaml(folder / name)) return names;
  const fs::path lines = folder / "classes.txt";
  return fs::is_regular_file(lines, ignored) ? NamesInLines(lines) : std::nullopt;
}

}  // namespace

std::optional<YoloNames> FindYoloNames(const fs::path& folder) {
  constexpr int kFolders = 3;  // As in DATA/data.yaml and DATA/labels/train/*.txt.
  fs::path place = CanonicalPath(folder);
  for (int i = 0; i < kFolders; ++i) {
    if (auto names = NamesIn(place)) return names;
    place = place.parent_path();
  }
  return std::nullopt;
}

}  // namespace gradcut
