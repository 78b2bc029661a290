#pragma once

#include "gradcut/core/error.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// More than any image or array that makes sense; keeps `/dev/zero` from filling the memory.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{4} << 30;

/// What is written to cannot take anything any more: the disk is full, the quota is used up, the
/// file system is read-only or broken, or the folder is gone. The next file would fail like this
/// one.
class StorageError : public Error {
 public:
  using Error::Error;
};

/// For a one-line message: control characters are escaped, more than 1,000 bytes lose their middle.
std::string Printable(const std::filesystem::path& path);

/// Throws `Error` "PATH: ACTION: what errno says".
[[noreturn]] void FailWithErrno(const std::filesystem::path& path, std::string_view action);

/// The same for a write: `StorageError` where errno says that the next one would fail too.
[[noreturn]] void FailToWrite(const std::filesystem::path& path,
                              std::string_view action = "cannot be written");

/// Absolute, without links and dots, as far as the path exists.
std::filesystem::path CanonicalPath(const std::filesystem::path& path);

/// Whether a path is a folder, or leads into it; links are followed.
bool LiesIn(const std::filesystem::path& path, const std::filesystem::path& folder);

/// The extension with its dot, ASCII letters in lower case.
std::string LowerExtension(const std::filesystem::path& path);

/// The bytes of a file (or pipe). Throws `Error` "PATH: cause" when it is missing, a folder, not
/// readable, or larger than `max_bytes`. An empty file is no error here.
std::vector<std::uint8_t> ReadFile(const std::filesystem::path& path,
                                   std::uint64_t max_bytes = kMaxFileBytes);

/// Everything on standard input, with the same errors.
std::vector<std::uint8_t> ReadStdin(std::uint64_t max_bytes = kMaxFileBytes);

/// Writes all of it to an open file. Throws as `FailToWrite` does.
void WriteAll(int fd, std::span<const std::uint8_t> bytes, const std::filesystem::path& path);

/// Adds all of it to an open file, or nothing: what a full disk cuts short is taken away again.
/// Throws `StorageError` also where the file was removed meanwhile.
void AppendWhole(int fd, std::string_view text, const std::filesystem::path& path);

/// Writes all of it to standard output, with the same errors.
void WriteStdout(std::span<const std::uint8_t> bytes);

/// Whether a write must survive a power failure (flushes file and folder to the disk).
enum class Durability { kFast, kDurable };

/// Makes the file whole or not at all: writes a file without a name (a hidden temporary one where
/// the file system knows no such files) in the same folder, then gives it its name. Missing folders
/// are created; permissions follow the umask; a link is written through; a device or pipe is
/// written to directly. Safe from several threads and processes, also for the same path (the last
/// one wins). Throws `Error` "PATH: cause", and `StorageError` as `FailToWrite` does; nothing is
/// left behind. A hidden file that a kill leaves is gone after the next write of the same path.
void WriteFileAtomically(const std::filesystem::path& path, std::span<const std::uint8_t> bytes,
                         Durability durability = Durability::kFast);
void WriteFileAtomically(const std::filesystem::path& path,
                         std::span<const std::span<const std::uint8_t>> pieces,
                         Durability durability = Durability::kFast);
void WriteFileAtomically(const std::filesystem::path& path, std::string_view text,
                         Durability durability = Durability::kFast);

/// Whether a path, as it is written, leads to a file below the folder that it is taken against.
bool LeadsBelow(const std::filesystem::path& path);

/// Whether a file's name is that of a write that is going on, or that a killed one has left.
bool IsTemporaryName(std::string_view name);

/// Removes the hidden files that killed writes have left below a folder; those of writes that are
/// going on stay, and what cannot be searched.
void RemoveLeftFiles(const std::filesystem::path& folder);

}  // namespace gradcut
