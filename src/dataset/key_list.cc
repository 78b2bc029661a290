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

// The key of a file of the folder by its path, with or without extension; empty if there is none.
std::string KeyOfPath(std::string text, const KeyedFolder& folder) {
  std::replace(text.begin(), text.end(), '\\', '/');
  const fs::path path = text;
  const std::string without_extension = (path.parent_path() / path.stem()).generic_string();
  for (std::string key : {text, without_extension}) {
    while (true) {
      if (folder.files().contains(key)) return key;
      const std::size_t slash = key.find('/');
      if (slash == std::string::npos) break;
      key.erase(0, slash + 1);
    }
  }
  return folder.Match(without_extension, /*unique_stem=*/true);
}

std::vector<std::string> Columns(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> columns;
  for (std::string word; words >> word;) columns.push_back(word);
  return columns;
}

}  // namespace

KeyList ReadKeyList(const fs::path& list, const KeyedFolder& folder) {
  KeyList found;
  std::size_t names = 0;
  for (const std::string& line : ReadLines(list)) {
    const std::string name = ComposedName(line);
    const std::vector<std::string> columns = Columns(name);
    if (columns.empty()) continue;
    ++names;
    std::string key = KeyOfPath(name, folder);
    if (key.empty() && columns.size() == 2 && columns[1] == "-1") continue;
    for (std::size_t i = 0; i < columns.size() && key.empty(); ++i)
      if (i == 0 || columns[i].find_first_of("./") != std::string::npos)
        key = KeyOfPath(columns[i], folder);
    if (key.empty())
      found.problems.push_back(fmt::format("{}: names '{}', for which there is no truth",
                                           Printable(list), Printable(line)));
    else
      found.keys.insert(key);
  }
  Require(names > 0, "{}: names no image", Printable(list));
  return found;
}

fs::path SplitFile(const fs::path& devkit, const std::string& split) {
  const fs::path folder = devkit / "ImageSets" / "Segmentation";
  const fs::path file = folder / (split + ".txt");
  if (fs::exists(file)) return file;
  std::vector<std::string> known;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".txt") known.push_back(entry.path().stem());
  std::sort(known.begin(), known.end());
  Fail("{}: there is no such list; --split can be {}", Printable(file), fmt::join(known, ", "));
}

}  // namespace gradcut
