#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// The names of a classifier's classes, by index. A class may have several names (synonyms); the
/// first one is shown.
class ClassNames {
 public:
  /// `names[i]` are the names of class i, none of them empty lists.
  explicit ClassNames(std::vector<std::vector<std::string>> names);

  int size() const { return static_cast<int>(names_.size()); }
  const std::string& operator[](int index) const;

  /// The index of the class that `text` means: an index in decimal, or any of a class's names,
  /// upper and lower case alike. Throws `Error` when there is none (with the nearest names) or when
  /// several classes share the name (with their indices).
  int Resolve(std::string_view text) const;

 private:
  std::vector<std::vector<std::string>> names_;
};

/// The 1000 classes of ILSVRC 2012 in the order of their WordNet synset ids, which is the order of
/// the logits of every ImageNet classifier.
const ClassNames& ImageNetClassNames();

/// "class 0", "class 1", ... for a classifier that comes without names.
ClassNames NumberedClassNames(int count);

}  // namespace gradcut
