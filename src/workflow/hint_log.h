#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/storage/file.h"
#include "storage/descriptor.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace gradcut {

/// A .jsonl file of hints, see `HintFiles`, that grows while a person draws. What is added is in
/// the file when the call returns, or not at all.
class HintLog {
 public:
  /// Makes the file if it is missing; half a line at its end, as a kill leaves it, is taken away,
  /// and a whole one ended. Throws `Error` naming the file.
  HintLog(const std::filesystem::path& path, Durability durability);

  /// Adds to what is said of a photo. Throws `StorageError`; nothing is added then.
  void Add(const std::string& name, const Hints& more);

  /// Says that of a photo in place of all that was said before. Likewise.
  void Replace(const std::string& name, const Hints& hints);

  /// Takes lines away whose photo is said anew by a later one; done now and then anyway. The file
  /// is whole at any time.
  void Compact();

 private:
  void Append(const std::string& line);

  const std::filesystem::path path_;
  const Durability durability_;
  std::optional<Descriptor> file_;
  std::size_t grown_ = 0;  // Bytes, since it was compacted.
};

}  // namespace gradcut
