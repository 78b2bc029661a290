#include "gradcut/labels/image_labels.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/listing.h"
#include "gradcut/io/text.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// The image files of a folder by their relative path, with the extension and without it.
std::multimap<std::string, fs::path> ImagesByName(const fs::path& folder) {
  std::multimap<std::string, fs::path> images;
  const std::vector<std::string> arguments = {folder.string()};
  const Listing listing = ListInputs(arguments);
  for (const Input& input : listing.inputs) {
    images.emplace(ComposedName(input.relative.string()), input.path);
    images.emplace(ComposedName(fs::path(input.relative).replace_extension().string()), input.path);
  }
  return images;
}

fs::path FindImage(const std::string& name, const fs::path& folder,
                   const std::multimap<std::string, fs::path>& by_name, const std::string& where) {
  if (folder.empty()) return name;
  const auto [first, last] = by_name.equal_range(ComposedName(name));
  if (first == last) {
    std::error_code ignored;
    Require(fs::is_regular_file(folder / name, ignored), "{}: '{}' is no image in {}", where,
            Printable(name), Printable(folder));
    return folder / name;
  }
  if (const auto second = std::next(first); second != last)
    Fail("{}: '{}' is {} and {}: write which, with its extension", where, Printable(name),
         Printable(first->second), Printable(second->second));
  return first->second;
}

}  // namespace

std::vector<LabelledImage> ReadImageLabels(const fs::path& table, const fs::path& images) {
  const std::vector<std::string> lines = ReadLines(table);
  const auto by_name =
      images.empty() ? std::multimap<std::string, fs::path>() : ImagesByName(images);
  std::vector<LabelledImage> labelled;
  std::set<fs::path> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::string where = fmt::format("{}:{}", Printable(table), i + 1);
    const std::size_t tab = lines[i].find('\t');
    LabelledImage& image = labelled.emplace_back();
    image.name = lines[i].substr(0, tab);
    Require(!image.name.empty(), "{}: no image before the tab", where);
    image.path = FindImage(image.name, images, by_name, where);
    Require(seen.insert(image.path).second, "{}: '{}' stands there twice", where,
            Printable(image.name));
    std::istringstream words(tab == std::string::npos ? "" : lines[i].substr(tab + 1));
    for (std::string word; words >> word;)
      if (std::find(image.classes.begin(), image.classes.end(), word) == image.classes.end())
        image.classes.push_back(word);
  }
  Require(!labelled.empty(),
          "{}: no image in it: expected lines of an image, a tab, and its classes",
          Printable(table));
  return labelled;
}

}  // namespace gradcut
