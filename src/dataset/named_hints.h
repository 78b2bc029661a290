#pragma once

#include "dataset/hint_source.h"
#include "dataset/name_match.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

// What a file says of the photo of one name.
struct NamedEntry {
  std::string name;  // As the file has it.
  std::vector<HintPiece> pieces = {};
  std::string error = {};  // What is wrong with it, or "": found when the file was read.
};

// The hints of a file that names photos.
class NamedHints : public HintSource {
 public:
  // See `NameMatch`; `warnings` are those of the file's reader. Throws `Error` "FILE: cause" for a
  // name that stands there twice.
  NamedHints(const std::filesystem::path& file, std::vector<NamedEntry> entries,
             std::span<const Input> photos, std::vector<std::string> warnings = {});

  std::vector<HintPiece> Find(const Input& photo, cv::Size size) const override;
  std::string Content(const Input& photo) const override;
  bool Knows(const Input& photo) const override { return EntryOf(photo) != nullptr; }
  std::vector<std::string> Warnings() const override;

 private:
  const NamedEntry* EntryOf(const Input& photo) const;  // Null: there is none.
  void FindUnused(std::span<const Input> photos);

  std::string file_;  // Printable.
  std::vector<NamedEntry> entries_;
  NameMatch match_;
  std::vector<std::string> warnings_;
};

}  // namespace gradcut
