#pragma once

#include <filesystem>
#include <regex>
#include <set>
#include <string>

namespace gradcut {

/// A folder for files that the program makes for itself beside what a user asked for, and may
/// remove again. A marker file in it (`.gradcut`) says whose it is. Nothing but files that its
/// owner named so is ever removed: what others put there stays, and keeps the folder.
class OwnedFolder {
 public:
  /// `owner` says what the folder is for, in words and in one line; `names` matches the names of
  /// the files that the owner writes. Touches nothing.
  OwnedFolder(std::filesystem::path folder, std::string owner, const std::string& names);

  const std::filesystem::path& path() const { return folder_; }

  /// Makes the folder unless it is there and its owner's, or empty. So is one without a marker in
  /// which all names are the owner's: earlier versions wrote no markers. Throws `Error` naming the
  /// folder for any other, for a link, and for what is no folder.
  void Claim() const;

  /// The names of the owner's files that are there; none where the folder is not the owner's.
  std::set<std::string> Files() const;

  /// Removes the owner's files but those named, and with the last one the marker and the folder.
  /// Does nothing where the folder is not the owner's.
  void KeepOnly(const std::set<std::string>& kept) const;

 private:
  std::filesystem::path marker() const;
  bool IsMarked() const;
  bool IsOurs(const std::string& name) const;

  std::filesystem::path folder_;
  std::string owner_;
  std::regex names_;
};

/// Whether a folder is one of those, whoever's.
bool IsOwnedFolder(const std::filesystem::path& folder);

/// Whether a file in a folder says that gradcut wrote the folder: the run.json or the manifest of a
/// run or a shard, or the marker of an `OwnedFolder`. Reads it only if its name fits.
bool MarksResults(const std::filesystem::path& file);

}  // namespace gradcut
