#include "dataset/voc_labels.h"

#include "dataset/keyed_folder.h"
#include "dataset/numbers.h"
#include "dataset/voc_annotation.h"
#include "gradcut/core/error.h"
#include "gradcut/dataset/voc.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAnnotations[] = {".xml"};

// Whether only difficult objects show it.
using DifficultByClass = std::map<std::string, bool>;

LabelRow RowOf(const std::string& name, const std::string& where, const DifficultByClass& classes,
               std::size_t& difficult) {
  LabelRow row = {where, name};
  for (const auto& [each, only_difficult] : classes) {
    row.classes.push_back(each);
    difficult += only_difficult ? 1 : 0;
  }
  return row;
}

// ---- Annotations

DifficultByClass ClassesOf(const fs::path& annotation) {
  const pugi::xml_document document = ReadVocAnnotation(annotation);
  DifficultByClass classes;
  int number = 0;
  for (const pugi::xml_node& object : RootOf(document).children("object")) {
    ++number;
    const std::string name = object.child_value("name");
    Require(!name.empty(), "{}: object {}: has no 'name'", Printable(annotation), number);
    const bool difficult = FiniteNumber(object.child_value("difficult")) == 1;
    const auto [known, is_new] = classes.emplace(name, difficult);
    known->second = known->second && difficult;
  }
  return classes;
}

LabelRows ReadAnnotations(const KeyedFolder& folder) {
  LabelRows read = {.of_data_set = true, .problems = folder.problems()};
  for (const auto& [key, path] : folder.files())
    read.rows.push_back(RowOf(key, Printable(path), ClassesOf(path), read.difficult));
  return read;
}

// ---- Lists of a class

// What is before the last "_" of its name: the class.
std::string ClassOfList(const fs::path& list) {
  const std::string stem = list.stem();
  return stem.substr(0, std::min(stem.rfind('_'), stem.size()));
}

// CLASS_SPLIT.txt; lists of one column are of images of any class.
bool IsClassList(const fs::path& file) {
  if (file.extension() != ".txt" || file.stem().native().find('_', 1) == std::string::npos)
    return false;
  for (const std::string& line : ReadLines(file))
    if (const auto words = WordsOf(line); !words.empty()) return words.size() > 1;
  return false;
}

std::vector<fs::path> ClassListsIn(const fs::path& folder) {
  std::vector<fs::path> lists;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (!entry.is_directory(error) && IsClassList(entry.path())) lists.push_back(entry.path());
  std::sort(lists.begin(), lists.end());
  return lists;
}

// What a list says of each image.
struct Presence {
  std::string value;  // "1", "0" or "-1".
  std::string where;
};
using PresenceByClass = std::map<std::string, Presence>;

void AddClassList(const fs::path& list, std::map<std::string, PresenceByClass>& images) {
  const std::string name = ClassOfList(list);
  const std::vector<std::string> lines = ReadLines(list);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto words = WordsOf(lines[i]);
    if (words.empty()) continue;
    const std::string where = fmt::format("{}:{}", Printable(list), i + 1);
    Require(words.size() == 2 && (words[1] == "1" || words[1] == "0" || words[1] == "-1"),
            "{}: '{}', expected an image, and 1, 0 or -1", where, Printable(lines[i]));
    const Presence said = {std::string(words[1]), where};
    const auto [known, is_new] = images[std::string(words[0])].emplace(name, said);
    Require(is_new || known->second.value == said.value, "{}: has {} for '{}', but {} has {}",
            where, said.value, Printable(std::string(words[0])), known->second.where,
            known->second.value);
  }
}

LabelRows ReadClassLists(const std::vector<fs::path>& lists) {
  std::map<std::string, PresenceByClass> images;
  for (const fs::path& list : lists) AddClassList(list, images);
  LabelRows read = {.of_data_set = true};
  for (const auto& [name, said] : images) {
    DifficultByClass classes;
    for (const auto& [each, presence] : said)
      if (presence.value != "-1") classes[each] = presence.value == "0";
    read.rows.push_back(RowOf(name, said.begin()->second.where, classes, read.difficult));
  }
  return read;
}

}  // namespace

fs::path LabelFolderOf(const fs::path& devkit) {
  for (const char* const part : {"Annotations", "ImageSets/Main"})
    if (std::error_code ignored; fs::is_directory(devkit / part, ignored)) return devkit / part;
  return {};
}

fs::path DevkitAround(const fs::path& path) {
  fs::path folder = (path / "").lexically_normal().parent_path();
  for (int above = 0; above <= 2; ++above) {
    fs::path devkit = folder.empty() ? "." : folder;
    if (std::error_code ignored; fs::is_directory(devkit / kPhotoFolder, ignored)) return devkit;
    if (folder.empty() || folder.filename() == "..") break;
    folder = folder.parent_path();
  }
  return {};
}

LabelRows ReadVocLabels(const fs::path& folder) {
  const fs::path inner = LabelFolderOf(folder);
  const fs::path labels = inner.empty() ? folder : inner;
  if (const KeyedFolder annotations(labels, kAnnotations); !annotations.files().empty())
    return ReadAnnotations(annotations);
  const std::vector<fs::path> lists = ClassListsIn(labels);
  Require(!lists.empty(),
          "{}: holds no image-level labels: expected Annotations/ with XML files, or "
          "ImageSets/Main/ with lists CLASS_SPLIT.txt",
          Printable(labels));
  return ReadClassLists(lists);
}

}  // namespace gradcut
