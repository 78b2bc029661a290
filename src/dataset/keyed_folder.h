#pragma once

#include "gradcut/dataset/pairing.h"

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// The ends of the names of files of a kind, the preferred one first.
using Suffixes = std::span<const std::string_view>;
Suffixes SuffixesOf(PredictionKind kind);
Suffixes TruthSuffixes();

// The name of a file without its folders.
std::string Stem(const std::string& key);

// The key that files belonging to an image have; `image` is the image's place below its folder.
std::string KeyOfImage(const std::filesystem::path& image);

// Keys, to be found by their stems too.
class KeySet {
 public:
  void Insert(const std::string& key) { keys_of_stem_[Stem(key)].insert(key); }
  bool Contains(const std::string& key) const;

  // The same key; else, if `unique_stem`, the only one of its stem; empty if there is none.
  std::string Match(const std::string& key, bool unique_stem) const;

 private:
  std::map<std::string, std::set<std::string>> keys_of_stem_;
};

// The files below a folder by key: the path below it without its extension and without what else is
// said to be no part of names, accents composed.
class KeyedFolder {
 public:
  // Throws `Error` naming both where two files have one key but for their accents.
  KeyedFolder(const std::filesystem::path& root, Suffixes suffixes,
              std::span<const std::string> name_ends = {});

  const std::filesystem::path& root() const { return root_; }
  const std::map<std::string, std::filesystem::path>& files() const { return files_; }
  const std::vector<std::string>& problems() const { return problems_; }

  // Files of other kinds that are no text, by key; only of keys for which there is no file of this
  // kind.
  const std::map<std::string, std::filesystem::path>& foreign() const { return foreign_; }
  // "2 .gif, 1 .npz"; empty where there is none.
  std::string ForeignKinds() const;

  // The files' keys. One that is looked for by its stem must be unique among those looked for too.
  const KeySet& keys() const { return keys_; }

  // Whether it lies beside another file as a further output of one run: "a.heatmap" beside "a".
  bool IsCompanion(const std::string& key) const;

 private:
  struct Candidate {
    std::string key;
    std::size_t rank;
    std::filesystem::path path;
  };

  void Choose(const std::vector<Candidate>& candidates);

  std::filesystem::path root_;
  std::map<std::string, std::filesystem::path> files_;
  std::map<std::string, std::filesystem::path> foreign_;
  KeySet keys_;
  std::vector<std::string> problems_;
};

// The stems that occur once among keys.
std::set<std::string> UniqueStems(std::span<const std::string> keys);

}  // namespace gradcut
