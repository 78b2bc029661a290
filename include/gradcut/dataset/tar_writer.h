#pragma once

#include "gradcut/storage/file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace gradcut {

/// Writes a tar archive (pax where a name needs it, else ustar) in large pieces, under the name
/// "FILE.partial" until it is whole. Owners, rights and times are always the same, so that the same
/// members give the same bytes.
class TarWriter {
 public:
  /// Makes the folder if it is missing. Throws as `FailToWrite` does.
  explicit TarWriter(std::filesystem::path file);
  /// Removes what was not finished.
  ~TarWriter();
  TarWriter(const TarWriter&) = delete;
  TarWriter& operator=(const TarWriter&) = delete;

  /// Throws as `FailToWrite` does.
  void Add(const std::filesystem::path& name, std::span<const std::uint8_t> bytes);

  /// Gives the archive its name, in place of what has it.
  void Finish(Durability durability = Durability::kFast);

 private:
  struct Stream;
  const std::filesystem::path file_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace gradcut
