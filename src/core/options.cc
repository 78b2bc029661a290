#include "gradcut/core/options.h"

#include "gradcut/core/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gradcut {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

template <class T>
bool Parse(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

[[noreturn]] void Refuse(const std::string& key, std::string_view value,
                         const std::string& constraint) {
  throw OptionError(key, fmt::format("{} = {}, must be {}", key, value, constraint));
}

// The words between commas.
std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Levenshtein distance, two rows.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

void OptionList::Number(std::string key, double& field, double min, double max, std::string help) {
  const std::string constraint = std::isinf(max) ? fmt::format("a number >= {}", min)
                                                 : fmt::format("a number in [{}, {}]", min, max);
  const auto allowed = [min, max](double value) {
    return std::isfinite(value) && value >= min && value <= max;
  };
  options_.push_back({key, Option::Kind::kNumber, constraint, std::move(help),
                      [&field] { return fmt::format("{}", field); },
                      [&field, key, constraint, allowed](std::string_view text) {
                        double value = 0;
                        if (!Parse(text, value) || !allowed(value)) Refuse(key, text, constraint);
                        field = value;
                      },
                      [&field, allowed] { return allowed(field); }});
}

void OptionList::Integer(std::string key, int& field, int min, int max, std::string help) {
  const std::string constraint = fmt::format("a whole number in [{}, {}]", min, max);
  const auto allowed = [min, max](int value) { return value >= min && value <= max; };
  options_.push_back({key, Option::Kind::kInteger, constraint, std::move(help),
                      [&field] { return fmt::format("{}", field); },
                      [&field, key, constraint, allowed](std::string_view text) {
                        int value = 0;
                        if (!Parse(text, value) || !allowed(value)) Refuse(key, text, constraint);
                        field = value;
                      },
                      [&field, allowed] { return allowed(field); }});
}

void OptionList::Boolean(std::string key, bool& field, std::string help) {
  options_.push_back({key,
                      Option::Kind::kBoolean,
                      "true or false",
                      std::move(help),
                      [&field] { return std::string(field ? "true" : "false"); },
                      [&field, key](std::string_view text) {
                        const std::string word = Lower(text);
                        if (word != "true" && word != "false") Refuse(key, text, "true or false");
                        field = word == "true";
                      },
                      [] { return true; },
                      {"true", "false"}});
}

void OptionList::Text(std::string key, std::string& field,
                      const std::function<bool(std::string_view)>& allowed, std::string constraint,
                      std::string help) {
  options_.push_back({key, Option::Kind::kText, constraint, std::move(help),
                      [&field] { return field; },
                      [&field, key, constraint, allowed](std::string_view text) {
                        if (!allowed(text)) Refuse(key, text, constraint);
                        field = text;
                      },
                      [&field, allowed] { return allowed(field); }});
}

void OptionList::Length(std::string key, ImageLength& field, double max_pixels, double max_percent,
                        std::string help) {
  const std::string constraint =
      fmt::format("a number in [0, {}], or percent in [0%, {}%]", max_pixels, max_percent);
  const auto allowed = [max_pixels, max_percent](const ImageLength& length) {
    return std::isfinite(length.value) && length.value >= 0 &&
           length.value <= (length.percent ? max_percent : max_pixels);
  };
  options_.push_back({key, Option::Kind::kLength, constraint, std::move(help),
                      [&field] { return TextOf(field); },
                      [&field, key, constraint, allowed](std::string_view text) {
                        const std::optional<ImageLength> length = ParseImageLength(text);
                        if (!length || !allowed(*length)) Refuse(key, text, constraint);
                        field = *length;
                      },
                      [&field, allowed] { return allowed(field); }});
}

void OptionList::Integers(std::string key, std::vector<int>& field, int min, int max,
                          std::string help, bool may_be_empty) {
  const std::string constraint =
      fmt::format("whole numbers in [{}, {}], separated by commas", min, max);
  const auto allowed = [min, max, may_be_empty](const std::vector<int>& values) {
    const auto in_range = [min, max](int value) { return value >= min && value <= max; };
    return (may_be_empty || !values.empty()) && std::all_of(values.begin(), values.end(), in_range);
  };
  options_.push_back({key, Option::Kind::kIntegers, constraint, std::move(help),
                      [&field] { return fmt::format("{}", fmt::join(field, ",")); },
                      [&field, key, constraint, allowed](std::string_view text) {
                        std::vector<int> values;
                        for (const std::string& word : Words(text))
                          if (!Parse(word, values.emplace_back())) Refuse(key, text, constraint);
                        if (!allowed(values)) Refuse(key, text, constraint);
                        field = std::move(values);
                      },
                      [&field, allowed] { return allowed(field); }});
}

void OptionList::Names(std::string key, std::vector<std::string>& field,
                       std::vector<std::string> known, std::string help) {
  const std::string constraint =
      known.empty() ? "names, separated by commas"
                    : fmt::format("of {}, separated by commas", fmt::join(known, ", "));
  const auto unknown = [known](const std::vector<std::string>& names) {
    return std::find_if(names.begin(), names.end(), [&known](const std::string& name) {
      return !known.empty() && std::find(known.begin(), known.end(), name) == known.end();
    });
  };
  const auto allowed = [known, unknown](const std::vector<std::string>& names) {
    return unknown(names) == names.end() && (known.empty() || !names.empty());
  };
  options_.push_back({key, Option::Kind::kNames, constraint, std::move(help),
                      [&field] { return fmt::format("{}", fmt::join(field, ",")); },
                      [&field, key, constraint, known, unknown, allowed](std::string_view text) {
                        std::vector<std::string> names = Words(text);
                        if (const auto name = unknown(names); name != names.end())
                          Refuse(key, text, constraint + DidYouMean(*name, known));
                        if (!allowed(names)) Refuse(key, text, constraint);
                        field = std::move(names);
                      },
                      [&field, allowed] { return allowed(field); }, known});
}

void OptionList::AddChoice(std::string key, const std::vector<std::pair<std::string, int>>& table,
                           const std::function<int()>& get, const std::function<void(int)>& set,
                           std::string help) {
  std::vector<std::string> names;
  for (const auto& [name, value] : table) names.push_back(name);
  const std::string constraint = fmt::format("one of {}", fmt::join(names, ", "));
  const auto name_of = [table](int value) -> std::string {
    for (const auto& [name, candidate] : table)
      if (candidate == value) return name;
    return fmt::format("#{}", value);
  };
  options_.push_back({key, Option::Kind::kChoice, constraint, std::move(help),
                      [get, name_of] { return name_of(get()); },
                      [set, table, key, constraint](std::string_view text) {
                        for (const auto& [name, value] : table)
                          if (name == text) return set(value);
                        Refuse(key, text, constraint);
                      },
                      [get, name_of] { return name_of(get()).front() != '#'; }, names});
}

const Option* OptionList::Find(std::string_view key) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.key == key; });
  return found == options_.end() ? nullptr : &*found;
}

const Option& GetOption(const OptionList& list, std::string_view key) {
  const Option* option = list.Find(key);
  if (option == nullptr) {
    std::vector<std::string> keys;
    for (const Option& known : list.options()) keys.push_back(known.key);
    Fail("unknown option '{}'{}", key, DidYouMean(key, keys));
  }
  return *option;
}

void SetOption(const OptionList& list, std::string_view key, std::string_view text) {
  GetOption(list, key).set(text);
}

void ValidateOptions(const OptionList& list) {
  for (const Option& option : list.options())
    if (!option.valid()) Refuse(option.key, option.get(), option.constraint);
}

std::vector<std::string> NearestNames(std::string_view word,
                                      std::span<const std::string> candidates, int count) {
  constexpr double kFarthest = 0.4;  // Share of the letters of the longer name that differ.
  const std::string wanted = Lower(word);
  std::vector<std::pair<double, std::string>> ranked;
  for (const std::string& candidate : candidates) {
    const std::string name = Lower(candidate);
    const double length =
        static_cast<double>(std::max<std::size_t>({wanted.size(), name.size(), 1}));
    // A name that has a word beginning so (or the other way round) is near however long it is.
    const std::size_t at = name.find(wanted);
    const bool contains = wanted.size() >= 3 && at != std::string::npos &&
                          (at == 0 || std::isalnum(static_cast<unsigned char>(name[at - 1])) == 0);
    const bool contained = name.size() >= 3 && wanted.find(name) != std::string::npos;
    // Most are too far by their lengths alone, which tell how many letters are missing at least.
    const auto missing = static_cast<double>(std::max(wanted.size(), name.size()) -
                                             std::min(wanted.size(), name.size()));
    double distance = missing / length;
    if (distance <= kFarthest) distance = static_cast<double>(EditDistance(wanted, name)) / length;
    if (contains || contained) distance = std::min(distance, 0.3);
    if (distance <= kFarthest) ranked.emplace_back(distance, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> nearest;
  for (const auto& [distance, name] : ranked) {
    if (static_cast<int>(nearest.size()) == count) break;
    if (std::find(nearest.begin(), nearest.end(), name) == nearest.end()) nearest.push_back(name);
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, std::span<const std::string> candidates, int count) {
  const auto near = NearestNames(word, candidates, count);
  return near.empty() ? "" : fmt::format("; did you mean {}?", fmt::join(near, ", "));
}

}  // namespace gradcut
