#include "gradcut/labels/class_groups.h"

#include "gradcut/core/error.h"
#include "gradcut/io/file.h"
#include "gradcut/io/text.h"
#include "voc_class_map.h"  // made from data/class_maps/voc.tsv

#include <algorithm>
#include <charconv>
#include <sstream>

namespace gradcut {
namespace {

int ParseIndex(const std::string& text, const std::string& word, int class_count,
               const std::string& where) {
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  Require(error == std::errc() && end == text.data() + text.size() && index >= 0,
          "{}: '{}': expected an index or a range such as 7-24", where, Printable(word));
  Require(index < class_count, "{}: class {}: the classifier's are numbered 0 to {}", where, index,
          class_count - 1);
  return index;
}

std::vector<int> ParseGroup(std::string text, int class_count, const std::string& where) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  std::vector<int> group;
  for (std::string word; words >> word;) {
    const std::size_t dash = word.find('-');
    const int first = ParseIndex(word.substr(0, dash), word, class_count, where);
    const int last = dash == std::string::npos
                         ? first
                         : ParseIndex(word.substr(dash + 1), word, class_count, where);
    Require(first <= last, "{}: '{}': the range is empty", where, Printable(word));
    for (int index = first; index <= last; ++index) group.push_back(index);
  }
  std::sort(group.begin(), group.end());
  group.erase(std::unique(group.begin(), group.end()), group.end());
  return group;
}

ClassGroups ParseClassMap(const std::vector<std::string>& lines, const std::string& file,
                          int class_count) {
  ClassGroups groups;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::string where = fmt::format("{}:{}", file, i + 1);
    const std::size_t tab = lines[i].find('\t');
    Require(tab != std::string::npos && tab > 0,
            "{}: expected a name, a tab, and indices of the classifier's classes", where);
    const std::string name = lines[i].substr(0, tab);
    const auto group = ParseGroup(lines[i].substr(tab + 1), class_count, where);
    Require(!group.empty(), "{}: no index for '{}'", where, Printable(name));
    Require(groups.emplace(name, group).second, "{}: '{}' stands there twice", where,
            Printable(name));
  }
  return groups;
}

}  // namespace

ClassGroups ReadClassMap(const std::filesystem::path& path, int class_count) {
  return ParseClassMap(ReadLines(path), Printable(path), class_count);
}

const ClassGroups& VocClassGroups() {
  static const ClassGroups groups = [] {
    std::vector<std::string> lines;
    std::istringstream text(kVocClassMap);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return ParseClassMap(lines, "voc.tsv", ImageNetClassNames().size());
  }();
  return groups;
}

std::vector<int> GroupOf(const std::string& name, const ClassGroups& groups,
                         const ClassNames& names) {
  if (const auto found = groups.find(name); found != groups.end()) return found->second;
  std::string spaced = name;
  std::replace(spaced.begin(), spaced.end(), '_', ' ');
  for (const std::string& each : {name, spaced}) {
    try {
      return {names.Resolve(each)};
    } catch (const Error&) {
      // Not one of the classifier's, or several.
    }
  }
  return {};
}

}  // namespace gradcut
