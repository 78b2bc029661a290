#include "dataset/key_list.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/text.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The key that is a path, with or without extension; empty if there is none.
std::string KeyOfPath(std::string text, const KeySet& keys) {
  std::replace(text.begin(), text.end(), '\\', '/');
  const fs::path path = text;
  const std::string without_extension = (path.parent_path() / path.stem()).generic_string();
  for (std::string key : {text, without_extension}) {
    while (true) {
      if (keys.Contains(key)) return key;
      const std::size_t slash = key.find('/');
      if (slash == std::string::npos) break;
      key.erase(0, slash + 1);
    }
  }
  return keys.Match(without_extension, /*unique_stem=*/true);
}

std::vector<std::string> Columns(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> columns;
  for (std::string word; words >> word;) columns.push_back(word);
  return columns;
}

}  // namespace

KeyList ReadKeyList(const fs::path& list, const KeySet& keys, std::string_view lack) {
  KeyList found;
  std::size_t names = 0;
  for (const std::string& line : ReadLines(list)) {
    const std::string name = ComposedName(line);
    const std::vector<std::string> columns = Columns(name);
    if (columns.empty()) continue;
    ++names;
    std::string key = KeyOfPath(name, keys);
    if (key.empty() && columns.size() == 2 && columns[1] == "-1") continue;
    for (std::size_t i = 0; i < columns.size() && key.empty(); ++i)
      if (i == 0 || columns[i].find_first_of("./") != std::string::npos)
        key = KeyOfPath(columns[i], keys);
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
