#pragma once

#include "gradcut/core/image_length.h"

#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradcut {

/// One tunable of a stage, seen from outside: what the command line, TOML files, `run.json` and
/// sweeps need of it. It refers to a field of an options struct, which must outlive it.
struct Option {
  enum class Kind { kNumber, kInteger, kBoolean, kChoice, kText, kIntegers, kNames, kLength };

  std::string key;  ///< "group.field", for instance "seeds.foreground_quantile".
  /// How values are written in JSON and TOML: a choice or a text is a string, integers and names
  /// are arrays, a length is a number of pixels or a string with '%'.
  Kind kind;
  std::string constraint;  ///< What is allowed, in words: "in [0, 1]", "one of sum, maximum".
  std::string help;        ///< One sentence: meaning and unit.
  std::function<std::string()> get;           ///< The field's value as text; a list with commas.
  std::function<void(std::string_view)> set;  ///< Parses and assigns; see `SetOption`.
  std::function<bool()> valid;                ///< Whether the field's value is allowed.
  std::vector<std::string> choices = {};      ///< The words that a value is made of, if few are.
};

/// The options of one struct, or of a composition of them, in the order of their description.
///
/// An options struct `XOptions` comes with a function `void Describe(XOptions&, OptionList&)`,
/// which names each field once. Validation, flags, files and sweeps all follow from it.
class OptionList {
 public:
  void Number(std::string key, double& field, double min, double max, std::string help);
  void Integer(std::string key, int& field, int min, int max, std::string help);
  void Boolean(std::string key, bool& field, std::string help);
  void Text(std::string key, std::string& field,
            const std::function<bool(std::string_view)>& allowed, std::string constraint,
            std::string help);

  /// Pixels up to `max_pixels`, or percent up to `max_percent`.
  void Length(std::string key, ImageLength& field, double max_pixels, double max_percent,
              std::string help);

  /// One or more whole numbers.
  void Integers(std::string key, std::vector<int>& field, int min, int max, std::string help,
                bool may_be_empty = false);

  /// Names out of `known`; any, or none at all, if `known` is empty.
  void Names(std::string key, std::vector<std::string>& field, std::vector<std::string> known,
             std::string help);

  template <class Enum>
  void Choice(std::string key, Enum& field,
              std::initializer_list<std::pair<std::string_view, Enum>> choices, std::string help) {
    std::vector<std::pair<std::string, int>> table;
    for (const auto& [name, value] : choices) table.emplace_back(name, static_cast<int>(value));
    AddChoice(
        std::move(key), table, [&field] { return static_cast<int>(field); },
        [&field](int value) { field = static_cast<Enum>(value); }, std::move(help));
  }

  std::span<const Option> options() const { return options_; }

  /// The option of that key, or nullptr.
  const Option* Find(std::string_view key) const;

 private:
  void AddChoice(std::string key, const std::vector<std::pair<std::string, int>>& table,
                 const std::function<int()>& get, const std::function<void(int)>& set,
                 std::string help);

  std::vector<Option> options_;
};

/// The option of that key. Throws `Error` for an unknown key, with the nearest known ones.
const Option& GetOption(const OptionList& list, std::string_view key);

/// Assigns `text` to the option `key`. Throws like `GetOption`, or `Error` naming key, value and
/// what is allowed.
void SetOption(const OptionList& list, std::string_view key, std::string_view text);

/// Throws `Error` naming key, value and constraint of the first field that is out of range.
void ValidateOptions(const OptionList& list);

/// Throws like the above for an options struct that has a `Describe` function.
template <class Options>
void Validate(Options options) {
  OptionList list;
  Describe(options, list);
  ValidateOptions(list);
}

/// The up to `count` candidates most like `word` (edit distance, shared words), best first; empty
/// if none is near.
std::vector<std::string> NearestNames(std::string_view word,
                                      std::span<const std::string> candidates, int count = 3);

/// "; did you mean A, B?" with the nearest candidates, or "" if none is near.
std::string DidYouMean(std::string_view word, std::span<const std::string> candidates,
                       int count = 3);

}  // namespace gradcut
