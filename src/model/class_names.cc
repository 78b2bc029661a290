#include "gradcut/model/class_names.h"

#include "gradcut/core/error.h"
#include "gradcut/core/options.h"
#include "imagenet_classes.h"  // made from data/imagenet_classes.tsv

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

namespace gradcut {
namespace {

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// One line a class: index, synset id, names separated by ", ".
ClassNames ParseTable(std::string_view table) {
  std::vector<std::vector<std::string>> classes;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    std::string_view rest = std::string_view(line).substr(line.rfind('\t') + 1);
    std::vector<std::string>& names = classes.emplace_back();
    while (true) {
      const std::size_t comma = rest.find(", ");
      names.emplace_back(rest.substr(0, comma));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 2);
    }
  }
  return ClassNames(std::move(classes));
}

}  // namespace

ClassNames::ClassNames(std::vector<std::vector<std::string>> names) : names_(std::move(names)) {
  for (const auto& synonyms : names_)
    if (synonyms.empty()) throw std::invalid_argument("ClassNames: a class without a name");
}

const std::string& ClassNames::operator[](int index) const {
  return names_.at(static_cast<std::size_t>(index)).front();
}

int ClassNames::Resolve(std::string_view text) const {
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (!text.empty() && end == text.data() + text.size()) {
    Require(error == std::errc() && index >= 0 && index < size(),
            "class {}: the classes are numbered 0 to {}", text, size() - 1);
    return index;
  }
  std::vector<int> matches;
  for (int i = 0; i < size(); ++i)
    for (const std::string& name : names_[static_cast<std::size_t>(i)])
      if (EqualIgnoringCase(name, text)) matches.push_back(i);
  if (matches.size() == 1) return matches.front();
  if (matches.size() > 1) {
    std::vector<std::string> described;
    for (const int match : matches)
      described.push_back(
          fmt::format("{} ({})", match, fmt::join(names_[static_cast<std::size_t>(match)], ", ")));
    Fail("class '{}' is the name of several classes, give an index: {}", text,
         fmt::join(described, "; "));
  }
  std::vector<std::string> all;
  for (const auto& synonyms : names_) all.insert(all.end(), synonyms.begin(), synonyms.end());
  const auto near = NearestNames(text, all, 5);
  Fail("no class is named '{}'{}", text,
       near.empty() ? std::string("; give an ImageNet class name or an index")
                    : fmt::format("; did you mean {}?", fmt::join(near, ", ")));
}

const ClassNames& ImageNetClassNames() {
  static const ClassNames names = ParseTable(kImageNetClasses);
  return names;
}

ClassNames NumberedClassNames(int count) {
  std::vector<std::vector<std::string>> names;
  for (int i = 0; i < count; ++i) names.push_back({fmt::format("class {}", i)});
  return ClassNames(std::move(names));
}

}  // namespace gradcut
