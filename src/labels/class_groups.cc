#include "gradcut/labels/class_groups.h"

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "gradcut/storage/file.h"
#include "gradcut/storage/text.h"
#include "voc_class_map.h"  // made from data/class_maps/voc.tsv

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace gradcut {
namespace {

// Ascending, each once.
void Unite(std::vector<int>& indices) {
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
}

int ParseIndex(const std::string& text, const std::string& word, int class_count) {
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool is_number = error != std::errc::invalid_argument && end == text.data() + text.size();
  Require(is_number && index >= 0, "'{}': expected an index or a range such as 7-24",
          Printable(word));
  Require(error == std::errc() && index < class_count,
          "class {}: the classifier's are numbered 0 to {}", text, class_count - 1);
  return index;
}

// Indices and ranges of them, separated by spaces or commas.
std::vector<int> ParseGroup(std::string text, int class_count) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  std::vector<int> group;
  for (std::string word; words >> word;) {
    const std::size_t dash = word.find('-');
    const int first = ParseIndex(word.substr(0, dash), word, class_count);
    const int last =
        dash == std::string::npos ? first : ParseIndex(word.substr(dash + 1), word, class_count);
    Require(first <= last, "'{}': the range is empty", Printable(word));
    for (int index = first; index <= last; ++index) group.push_back(index);
  }
  Unite(group);
  return group;
}

void AddLine(const std::string& line, int class_count, ClassGroups& groups) {
  const std::size_t tab = line.find('\t');
  Require(tab != std::string::npos && tab > 0,
          "expected a name, a tab, and indices of the classifier's classes");
  const std::string name = line.substr(0, tab);
  const auto group = ParseGroup(line.substr(tab + 1), class_count);
  Require(!group.empty(), "no index for '{}'", Printable(name));
  Require(groups.emplace(name, group).second, "'{}' stands there twice", Printable(name));
}

ClassGroups ParseClassMap(const std::vector<std::string>& lines, const std::string& file,
                          int class_count) {
  ClassGroups groups;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    try {
      if (!lines[i].empty()) AddLine(lines[i], class_count, groups);
    } catch (const Error& error) {
      Fail("{}:{}: {}", file, i + 1, error.what());
    }
  }
  return groups;
}

// The names of the groups that have this name but for the way it is written.
std::vector<std::string> GroupsNamed(const std::string& name, const ClassGroups& groups) {
  const std::string wanted = FoldedName(name);
  std::vector<std::string> named;
  for (const auto& [each, indices] : groups)
    if (FoldedName(each) == wanted) named.push_back(each);
  return named;
}

bool IsName(const std::string& text, const ClassGroups& groups, const ClassNames& names) {
  return !GroupsNamed(text, groups).empty() || !names.Named(text).empty();
}

// Digits, alone or with a dash between them.
bool IsRange(const std::string& text) {
  const auto is_number = [](std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const std::string_view view = text;
  const std::size_t dash = view.find('-');
  return is_number(view.substr(0, dash)) &&
         (dash == std::string_view::npos || is_number(view.substr(dash + 1)));
}

// What one name, index or range means.
std::vector<int> Meant(const std::string& text, const ClassGroups& groups,
                       const ClassNames& names) {
  if (std::vector<int> group = GroupOf(text, groups, names); !group.empty()) return group;
  if (const auto alike = GroupsNamed(text, groups); !alike.empty())
    Fail("'{}' is the name of several groups, write it as it stands there: {}", Printable(text),
         Printable(fmt::format("{}", fmt::join(alike, ", "))));
  if (!names.Named(text).empty()) return {names.Resolve(text)};  // Says which of several.
  if (IsRange(text)) return ParseGroup(text, names.size());
  std::vector<std::string> known;
  for (const auto& [name, indices] : groups) known.push_back(name);
  for (int i = 0; i < names.size(); ++i)
    known.insert(known.end(), names.Synonyms(i).begin(), names.Synonyms(i).end());
  const std::string near = Printable(DidYouMean(text, known, /*count=*/5));
  Fail("no class is named '{}'{}; `gradcut models classes` lists them", Printable(text),
       near.empty() ? "; expected names, WordNet ids, indices or ranges such as 281-285" : near);
}

std::string Trimmed(const std::string& text) {
  const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
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

std::string GroupText(const std::vector<int>& indices) {
  std::vector<std::string> words;
  for (std::size_t first = 0, end = 0; first < indices.size(); first = end) {
    end = first + 1;
    while (end < indices.size() && indices[end] == indices[end - 1] + 1) ++end;
    if (end - first < 3) end = first + 1;
    words.push_back(end - first == 1 ? fmt::format("{}", indices[first])
                                     : fmt::format("{}-{}", indices[first], indices[end - 1]));
  }
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<int> GroupOf(const std::string& name, const ClassGroups& groups,
                         const ClassNames& names) {
  if (const auto same = groups.find(name); same != groups.end()) return same->second;
  const std::vector<std::string> alike = GroupsNamed(name, groups);
  if (alike.size() == 1) return groups.at(alike.front());
  const std::vector<int> named = names.Named(name);
  return named.size() == 1 ? named : std::vector<int>();
}

std::vector<int> ClassesMeant(const std::string& text, const ClassGroups& groups,
                              const ClassNames& names) {
  std::vector<int> meant;
  for (std::size_t first = 0; first <= text.size();) {
    std::size_t end = text.size();
    const auto part = [&] { return Trimmed(text.substr(first, end - first)); };
    const std::size_t comma = std::min(text.find(',', first), text.size());
    while (end > comma && !IsName(part(), groups, names)) end = text.rfind(',', end - 1);
    const std::vector<int> classes = Meant(part(), groups, names);
    meant.insert(meant.end(), classes.begin(), classes.end());
    first = end + 1;
  }
  Unite(meant);
  return meant;
}

}  // namespace gradcut
