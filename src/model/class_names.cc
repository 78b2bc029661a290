#include "gradcut/model/class_names.h"

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "imagenet_classes.h"  // made from data/imagenet_classes.tsv

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <sstream>
#include <stdexcept>

namespace gradcut {
namespace {

// One line a class: index, synset id, names separated by ", ".
ClassNames ParseTable(std::string_view table) {
  std::vector<std::vector<std::string>> classes;
  std::vector<std::string> ids;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    const std::size_t id = line.find('\t') + 1, end = line.find('\t', id);
    ids.push_back(line.substr(id, end - id));
    std::string_view rest = std::string_view(line).substr(end + 1);
    std::vector<std::string>& names = classes.emplace_back();
    while (true) {
      const std::size_t comma = rest.find(", ");
      names.emplace_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 2);
    }
  }
  return ClassNames(std::move(classes), std::move(ids));
}

}  // namespace

std::string FoldedName(std::string_view name) {
  std::string folded(name);
  for (char& c : folded)
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return folded;
}

ClassNames::ClassNames(std::vector<std::vector<std::string>> names, std::vector<std::string> ids)
    : names_(std::move(names)), ids_(std::move(ids)) {
  for (const auto& synonyms : names_)
    if (synonyms.empty()) throw std::invalid_argument("ClassNames: a class without a name");
  if (!ids_.empty() && ids_.size() != names_.size())
    throw std::invalid_argument("ClassNames: not one id a class");
  for (int i = 0; i < size(); ++i) {
    const std::vector<std::string>& synonyms = Synonyms(i);
    for (const std::string& name : synonyms) Enter(name, i);
    Enter(fmt::format("{}", fmt::join(synonyms, ", ")), i);
    Enter(Id(i), i);
  }
}

void ClassNames::Enter(std::string_view name, int index) {
  if (name.empty()) return;
  std::vector<int>& indices = by_name_[FoldedName(name)];
  if (indices.empty() || indices.back() != index) indices.push_back(index);
}

const std::string& ClassNames::operator[](int index) const {
  return names_.at(static_cast<std::size_t>(index)).front();
}

const std::vector<std::string>& ClassNames::Synonyms(int index) const {
  return names_.at(static_cast<std::size_t>(index));
}

std::string ClassNames::Id(int index) const {
  return ids_.empty() ? "" : ids_.at(static_cast<std::size_t>(index));
}

std::vector<int> ClassNames::Named(std::string_view name) const {
  const auto found = by_name_.find(FoldedName(name));
  return found == by_name_.end() ? std::vector<int>() : found->second;
}

int ClassNames::Resolve(std::string_view text) const {
  const std::vector<int> named = Named(text);
  if (named.size() == 1) return named.front();
  if (named.size() > 1) {
    std::vector<std::string> described;
    for (const int index : named)
      described.push_back(fmt::format("{} ({})", index, fmt::join(Synonyms(index), ", ")));
    Fail("'{}' is the name of several classes, give an index: {}", text,
         fmt::join(described, "; "));
  }
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (!text.empty() && end == text.data() + text.size()) {
    Require(error == std::errc() && index >= 0 && index < size(),
            "there is no class {}: they are numbered 0 to {}", text, size() - 1);
    return index;
  }
  std::vector<std::string> all;
  for (const auto& synonyms : names_) all.insert(all.end(), synonyms.begin(), synonyms.end());
  Fail("no class is named '{}'{}", text, DidYouMean(text, all));
}

const ClassNames& ImageNetClassNames() {
  static const ClassNames names = ParseTable(kImageNetTable);
  return names;
}

ClassNames NumberedClassNames(int count) {
  std::vector<std::vector<std::string>> names;
  for (int i = 0; i < count; ++i) names.push_back({fmt::format("class {}", i)});
  return ClassNames(std::move(names));
}

}  // namespace gradcut
