#include "dataset/key_list.h"

#include "dataset/csv.h"
#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <system_error>
#include <utility>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The key that is a path, with or without extension, and without one of the ends that keys have
// lost; empty if there is none.
std::string KeyOfPath(std::string text, const KeySet& keys,
                      std::span<const std::string> name_ends) {
  std::replace(text.begin(), text.end(), '\\', '/');
  const fs::path path = text;
  const std::string without_extension = (path.parent_path() / path.stem()).generic_string();
  std::vector<std::string> names = {text, without_extension};
  for (const std::string& end : name_ends)
    for (const std::string& name : {text, without_extension})
      if (name.ends_with(end)) names.push_back(name.substr(0, name.size() - end.size()));
  for (std::string key : names) {
    while (true) {
      if (keys.Contains(key)) return key;
      const std::size_t slash = key.find('/');
      if (slash == std::string::npos) break;
      key.erase(0, slash + 1);
    }
  }
  for (const std::string& name : names)
    if (std::string key = keys.Match(name, /*unique_stem=*/true); !key.empty()) return key;
  return "";
}

// The lines of a list; of a table in CSV its first column, without a title that is no key.
std::vector<std::string> NamesIn(const fs::path& list, const KeySet& keys,
                                 std::span<const std::string> name_ends) {
  if (LowerExtension(list) != ".csv") return ReadLines(list);
  std::vector<std::string> names;
  for (CsvRecord& record : ReadCsv(ReadText(list), Printable(list)))
    names.push_back(std::move(record.fields[0]));
  if (!names.empty() && KeyOfPath(names[0], keys, name_ends).empty()) names.erase(names.begin());
  return names;
}

std::vector<std::string> Columns(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> columns;
  for (std::string word; words >> word;) columns.push_back(word);
  return columns;
}

}  // namespace

KeyList ReadKeyList(const fs::path& list, const KeySet& keys, std::string_view lack,
                    std::span<const std::string> name_ends) {
  KeyList found;
  std::size_t names = 0;
  for (const std::string& line : NamesIn(list, keys, name_ends)) {
    const std::string name = ComposedName(line);
    const std::vector<std::string> columns = Columns(name);
    if (columns.empty()) continue;
    ++names;
    std::string key = KeyOfPath(name, keys, name_ends);
    if (key.empty() && columns.size() == 2 && columns[1] == "-1") continue;
    for (std::size_t i = 0; i < columns.size() && key.empty(); ++i)
      if (i == 0 || columns[i].find_first_of("./") != std::string::npos)
        key = KeyOfPath(columns[i], keys, name_ends);
    if (key.empty())
      found.problems.push_back(
          fmt::format("{}: names '{}', for which {}", Printable(list), Printable(line), lack));
    else
      found.keys.insert(key);
  }
  Require(names > 0, "{}: names no image", Printable(list));
  return found;
}

fs::path SplitFile(const fs::path& devkit, const std::string& split) {
  const fs::path sets = devkit / "ImageSets";
  std::set<std::string> known;
  for (const char* const kind : {"Segmentation", "Main"}) {
    fs::path file = sets / kind / (split + ".txt");
    std::error_code error;
    if (fs::exists(file, error)) return file;
    if (!known.empty()) continue;
    for (const auto& entry : fs::directory_iterator(sets / kind, error))
      if (entry.path().extension() == ".txt") known.insert(entry.path().stem());
  }
  Fail("{}: there is no such list; --split can be {}",
       Printable(sets / "Segmentation" / (split + ".txt")), fmt::join(known, ", "));
}

}  // namespace gradcut
