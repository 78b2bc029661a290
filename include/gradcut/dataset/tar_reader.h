#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// Whether a name ends like that of a tar archive.
bool IsTarName(const std::filesystem::path& path);

/// What stands in a tar archive before the bytes of a member.
struct TarMember {
  std::string name;          ///< Without "./" and the like; as it is where `problem` is not "".
  std::uint64_t offset = 0;  ///< Where it begins, for a reader of its own.
  bool is_folder = false;
  std::string problem = {};  ///< One line on why it cannot be taken, or "".
};

/// Reads a tar archive (ustar, pax, GNU) from its beginning to its end, in large pieces and without
/// going back, so that it may be a pipe. Nothing of it is ever written to the disk. Not compressed:
/// photos are already, and what cannot be skipped would be read by every shard.
class TarReader {
 public:
  /// Begins at the member that is there. Throws `Error` naming the file if it cannot be opened.
  explicit TarReader(std::filesystem::path file, std::uint64_t offset = 0);
  ~TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  /// The next member; nothing behind the last one. A name that is absolute, climbs with ".." or is
  /// empty, a link, a device, and what is larger than any photo is a `problem`. Throws `Error`
  /// "FILE: cause" for what is no tar archive, and where it is cut short or damaged: what comes
  /// then cannot be read.
  std::optional<TarMember> Next();

  /// The bytes of the member that `Next` gave. Throws `Error` where they are cut short.
  std::vector<std::uint8_t> Read();

 private:
  struct Stream;
  const std::filesystem::path file_;
  std::unique_ptr<Stream> stream_;
};

/// Whether the file can be read in any order. A pipe cannot.
bool IsSeekable(const std::filesystem::path& file);

}  // namespace gradcut
