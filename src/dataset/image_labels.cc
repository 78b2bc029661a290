#include "gradcut/dataset/image_labels.h"

#include "gradcut/core/error.h"
#include "gradcut/dataset/listing.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

// ---- Images

// The image files of a folder.
struct ImageIndex {
  fs::path folder;
  std::multimap<std::string, Input> by_path;  // Below the folder, with the extension and without.
  std::multimap<std::string, Input> by_stem;
};

ImageIndex IndexOf(const fs::path& folder) {
  ImageIndex index = {folder, {}, {}};
  const std::vector<std::string> arguments = {folder.string()};
  for (const Input& input : ListInputs(arguments).inputs) {
    index.by_path.emplace(ComposedName(input.relative.string()), input);
    index.by_path.emplace(ComposedName(fs::path(input.relative).replace_extension().string()),
                          input);
    index.by_stem.emplace(ComposedName(input.relative.stem().string()), input);
  }
  return index;
}

// Of paths that lead out of the folder the name alone.
fs::path PlaceOf(const fs::path& name) {
  const fs::path place = name.lexically_normal();
  return name.is_absolute() || *place.begin() == ".." ? place.filename() : place;
}

Input FindImage(const std::string& name, const ImageIndex& index, const std::string& where) {
  const std::string composed = ComposedName(name);
  auto found = index.by_path.equal_range(composed);
  if (found.first == found.second) {
    const fs::path path = index.folder / name;
    if (std::error_code ignored; fs::is_regular_file(path, ignored)) return {path, PlaceOf(name)};
    found = index.by_stem.equal_range(composed);
  }
  const auto [first, last] = found;
  Require(first != last, "{}: '{}' is no image in {}", where, Printable(name),
          Printable(index.folder));
  if (const auto second = std::next(first); second != last)
    Fail("{}: '{}' is {} and {}: write which, with its folder and extension", where,
         Printable(name), Printable(first->second.path), Printable(second->second.path));
  return first->second;
}

// ---- Names of classes

constexpr char kSeparators[] = ",\t";

std::string_view Trimmed(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

// The words of a text; those that together make a known name are one, as many as there are.
std::vector<std::string> NamesOfWords(const std::string& text, const std::set<std::string>& known) {
  std::istringstream stream(text);
  std::vector<std::string> words, names;
  for (std::string word; stream >> word;) words.push_back(word);
  for (std::size_t first = 0; first < words.size();) {
    std::string joined = words[first], longest = joined;
    std::size_t next = first + 1;
    for (std::size_t end = first + 1; end < words.size() && !known.empty(); ++end) {
      joined += " " + words[end];
      if (!known.contains(joined)) continue;
      longest = joined;
      next = end + 1;
    }
    names.push_back(longest);
    first = next;
  }
  return names;
}

std::vector<std::string> NamesIn(std::string_view text, bool has_separators,
                                 const std::set<std::string>& known) {
  if (!has_separators) return NamesOfWords(std::string(text), known);
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
    const std::string name(Trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) continue;
    // Lines with spaces may stand among lines with commas where the names tell them apart.
    const bool is_one = known.empty() || known.contains(name);
    for (const std::string& each : is_one ? std::vector{name} : NamesOfWords(name, known))
      names.push_back(each);
  }
  return names;
}

}  // namespace

std::vector<LabelledImage> ReadImageLabels(const fs::path& table, const fs::path& images,
                                           std::span<const std::string> known) {
  const std::vector<std::string> lines = ReadLines(table);
  const std::set<std::string> names(known.begin(), known.end());
  const auto classes_of = [](const std::string& line) {
    const std::size_t tab = line.find('\t');
    return std::string_view(line).substr(tab == std::string::npos ? line.size() : tab + 1);
  };
  const bool has_separators = std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
    return classes_of(line).find_first_of(kSeparators) != std::string_view::npos;
  });
  const ImageIndex index = images.empty() ? ImageIndex() : IndexOf(images);
  std::vector<LabelledImage> labelled;
  std::set<fs::path> seen;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::string where = fmt::format("{}:{}", Printable(table), i + 1);
    const std::string name = lines[i].substr(0, lines[i].find('\t'));
    Require(!name.empty(), "{}: no image before the tab", where);
    const Input image = images.empty() ? Input{name, PlaceOf(name)} : FindImage(name, index, where);
    Require(seen.insert(image.path).second, "{}: '{}' stands there twice", where, Printable(name));
    LabelledImage& entry =
        labelled.emplace_back(LabelledImage{name, image.path, image.relative, {}});
    for (const std::string& each : NamesIn(classes_of(lines[i]), has_separators, names))
      if (std::find(entry.classes.begin(), entry.classes.end(), each) == entry.classes.end())
        entry.classes.push_back(each);
  }
  Require(!labelled.empty(),
          "{}: no image in it: expected lines of an image, a tab, and its classes",
          Printable(table));
  return labelled;
}

}  // namespace gradcut
