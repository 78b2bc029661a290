#pragma once

#include "gradcut/dataset/listing.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gradcut {

// A path without parts that lead nowhere.
std::string ExactKey(const std::string& path);

// A path as it is compared where none is the same: slashes alone, accents composed, bytes that are
// not UTF-8 replaced as other writers of JSON replace them.
std::string NameKey(const std::string& path);

// What the extensions of names are worth.
enum class Extensions {
  kMatterLast,  // Names are those of the photos.
  kAreLeftOut,  // Names have lost theirs already, and photos' count for nothing.
};

// Which of some names mean which photos: the name that is the photo's path; else the one that is
// its place in the output; else the one that is either but for what `NameKey` changes; else the one
// that ends like its path, or its place, at most folders, if no other name and no other photo ends
// so too. A name whose folder is that of other photos means none of those in another folder.
class NameMatch {
 public:
  // `file` is printable and for messages. Throws `Error` for a name that stands there twice.
  NameMatch(std::string file, const std::vector<std::string>& names, std::span<const Input> photos,
            Extensions extensions = Extensions::kMatterLast);

  // The index of the photo's name, or nothing. Throws `Error` "FILE: cause" naming both where two
  // names, or two photos, belong together as well.
  std::optional<std::size_t> Find(const Input& photo) const;

 private:
  // Those of one key, as far as they need to be told.
  struct Owners {
    std::string first;
    std::string second = {};  // Another one, or "".

    void Add(const std::string& owner);
    bool IsOnly(const std::string& owner) const { return first == owner && second.empty(); }
    const std::string& Other(const std::string& owner) const {
      return first == owner ? second : first;
    }
  };
  using Index = std::unordered_map<std::string, Owners>;

  // A name, and the photos that it equals.
  struct Name {
    std::size_t index;
    int rank;  // How well, 0 best.
    Owners photos = {};
  };

  std::vector<std::string> EndsOf(const std::string& key) const;
  std::string EqualKey(const Input& photo, int rank) const;
  const std::string* NameAt(const Input& photo, int rank) const;
  std::vector<bool> FindEqual(std::span<const Input> photos);
  void IndexLoose(std::span<const Input> photos, const std::vector<bool>& equal);
  std::optional<std::size_t> FindLoose(const std::string& key, const std::string& photo) const;
  bool MeansOtherFolder(const std::string& name, const std::string& end) const;
  std::size_t OnlyFor(const std::string& name, const Owners& photos,
                      const std::string& photo) const;
  void RequireOneName(const Owners& names, const std::string& photo) const;

  std::string file_;
  Extensions extensions_;
  std::unordered_map<std::string, Name> names_;  // By `ExactKey`, which owners of keys are, too.
  // Of names that are not exactly a photo of the list: by `NameKey`; and of those that are not even
  // that: by their ends, with photos that end so too.
  Index normal_names_, loose_names_, loose_photos_;
  std::unordered_set<std::string> folders_;  // The ends of the photos' folders.
};

}  // namespace gradcut
