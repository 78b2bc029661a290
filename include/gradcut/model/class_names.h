#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gradcut {

/// A name as it is compared: upper and lower case are alike, and "_" and " ".
std::string FoldedName(std::string_view name);

/// The names of a classifier's classes, by index. A class may have several names (synonyms); the
/// first one is shown.
class ClassNames {
 public:
  /// `names[i]` are the names of class i, none of them empty lists. `ids`, if there are any, are
  /// further ones that are not shown: WordNet's, one a class.
  explicit ClassNames(std::vector<std::vector<std::string>> names,
                      std::vector<std::string> ids = {});

  int size() const { return static_cast<int>(names_.size()); }
  const std::string& operator[](int index) const;

  /// All names of a class.
  const std::vector<std::string>& Synonyms(int index) const;

  /// Its id; "" without one.
  std::string Id(int index) const;

  /// The classes that have that name: one of a class's names, all of them with ", " between them,
  /// or its id. Compared as `FoldedName`.
  std::vector<int> Named(std::string_view name) const;

  /// The index of the class that `text` means: a name as for `Named`, or else an index in decimal.
  /// Throws `Error` when there is none (with the nearest names) or when several classes share the
  /// name (with their indices).
  int Resolve(std::string_view text) const;

 private:
  void Enter(std::string_view name, int index);

  std::vector<std::vector<std::string>> names_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::vector<int>> by_name_;  ///< By `FoldedName`.
};

/// The 1000 classes of ILSVRC 2012, with their WordNet ids ("n02123045"), in the order of their
/// WordNet synset ids, which is the order of the logits of every ImageNet classifier.
const ClassNames& ImageNetClassNames();

/// "class 0", "class 1", ... for a classifier that comes without names.
ClassNames NumberedClassNames(int count);

}  // namespace gradcut
