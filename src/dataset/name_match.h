#pragma once

#include "gradcut/dataset/listing.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace gradcut {

// A path as it is compared: slashes alone, accents composed, bytes that are not UTF-8 replaced as
// writers of JSON replace them.
std::string NameKey(const std::string& path);

// The ends of paths at their folders: "x/y/a.jpg" ends with itself, "y/a.jpg" and "a.jpg", and then
// without its extension with "x/y/a", "y/a" and "a". Of paths of very many folders only the last
// ones count.
std::vector<std::string> EndsOf(const std::string& key);

// Which of some names in a file mean which photos: the name that is the photo's path; else the one
// that shares the first of `EndsOf` with it, if no other name and no other photo shares as much.
// Names and photos that are equal belong together before all others.
class NameMatch {
 public:
  // `file` is printable and for messages. Throws `Error` for a name that stands there twice.
  NameMatch(std::string file, const std::vector<std::string>& names, std::span<const Input> photos);

  // The index of the photo's name, or nothing. Throws `Error` "FILE: cause" naming both where two
  // names, or two photos, belong together as well.
  std::optional<std::size_t> Find(const std::filesystem::path& photo) const;

 private:
  // Those that end alike, as far as they need to be told.
  struct Owners {
    std::string first;
    std::string second = {};  // Another one, or "".
  };
  using EndIndex = std::unordered_map<std::string, Owners>;
  static void Add(const std::string& key, EndIndex& index);

  void RequireOnlyPhoto(const std::string& photo, const Owners& others,
                        const std::string& name) const;

  std::string file_;
  std::unordered_map<std::string, std::size_t> names_;  // By key.
  EndIndex loose_names_;  // Those that are not equal to a photo of the list.
  EndIndex loose_photos_;
};

}  // namespace gradcut
