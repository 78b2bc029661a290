#include "gradcut/storage/file.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/durable_folder.h"
#include "gradcut/storage/sha256.h"
#include "storage/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <span>
#include <string_view>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

std::string ErrnoMessage(const fs::path& path, std::string_view action, int error) {
  return fmt::format("{}: {}: {}", Printable(path), action, std::generic_category().message(error));
}

// A text, without its middle where it is too long to be shown; characters of UTF-8 stay whole.
std::string Shortened(const std::string& text) {
  constexpr std::size_t kMost = 1000, kBegin = 100, kEnd = 300;
  if (text.size() <= kMost) return text;
  const auto is_inside = [&](std::size_t i) { return (text[i] & 0xc0) == 0x80; };
  std::size_t begin = kBegin, end = text.size() - kEnd;
  while (begin > 0 && is_inside(begin)) --begin;
  while (end < text.size() && is_inside(end)) ++end;
  return text.substr(0, begin) + " ... " + text.substr(end);
}

// Removed at the end of the scope unless it was renamed into place.
class TemporaryName {
 public:
  explicit TemporaryName(fs::path path) : path_(std::move(path)) {}
  ~TemporaryName() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;

  const fs::path& path() const { return path_; }
  void Release() { path_.clear(); }

 private:
  fs::path path_;
};

std::vector<std::uint8_t> ReadAll(int fd, const fs::path& path, std::uint64_t max_bytes) {
  struct stat info = {};
  if (::fstat(fd, &info) != 0) FailWithErrno(path, "cannot be read");
  Require(!S_ISDIR(info.st_mode), "{}: is a folder, expected a file", Printable(path));

  // One byte more than the file has, so that the end is seen without growing.
  constexpr std::size_t kChunk = std::size_t{1} << 16;
  const auto expected =
      std::min<std::uint64_t>(static_cast<std::uint64_t>(info.st_size), max_bytes);
  std::vector<std::uint8_t> bytes(S_ISREG(info.st_mode) ? expected + 1 : kChunk);
  std::size_t size = 0;
  while (true) {
    const ssize_t count = ::read(fd, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) FailWithErrno(path, "cannot be read");
    size += static_cast<std::size_t>(count);
    Require(size <= max_bytes, "{}: is larger than {} bytes", Printable(path), max_bytes);
    if (count == 0) break;
    if (size == bytes.size()) bytes.resize(bytes.size() + std::max(kChunk, bytes.size() / 2));
  }
  bytes.resize(size);
  return bytes;
}

std::vector<std::uint8_t> ReadAllOrFail(int fd, const fs::path& path, std::uint64_t max_bytes) {
  try {
    return ReadAll(fd, path, max_bytes);
  } catch (const std::bad_alloc&) {
    Fail("{}: does not fit into memory", Printable(path));
  }
}

// Written one after the other.
using Pieces = std::span<const std::span<const std::uint8_t>>;

void WriteToDevice(const fs::path& path, Pieces pieces) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) FailToWrite(path);
  for (const std::span<const std::uint8_t> piece : pieces) WriteAll(file.get(), piece, path);
  if (!file.Close()) FailToWrite(path);
}

// The folders whose names change when a file is put into a folder, which may be missing. The one
// above it may be new too: another thread has made it a moment ago.
std::vector<fs::path> FoldersChangedBy(const fs::path& folder) {
  std::vector<fs::path> folders = {folder, FolderOf(folder)};
  std::error_code ignored;
  while (!fs::exists(folders.back(), ignored)) folders.push_back(FolderOf(folders.back()));
  return folders;
}

constexpr std::string_view kTemporaryStart = ".gradcut-", kTemporaryEnd = ".tmp";

// What is written for a path before it has its name: always the same, so that what a kill leaves is
// gone after the next write of the same file. It does not contain the name, which may already be as
// long as names can be.
fs::path TemporaryOf(const fs::path& path) {
  const std::string name = path.filename().native();
  return FolderOf(path) / fmt::format("{}{:016x}{}", kTemporaryStart,
                                      Sha256Number(std::as_bytes(std::span(name))), kTemporaryEnd);
}

// The contents of a new file, on the disk if that is asked for.
void Fill(const Descriptor& file, const fs::path& path, Pieces pieces, Durability durability) {
  for (const std::span<const std::uint8_t> piece : pieces) WriteAll(file.get(), piece, path);
  if (durability == Durability::kDurable && ::fsync(file.get()) != 0)
    FailToWrite(path, "cannot be made durable");
}

void Rename(TemporaryName& temporary, const fs::path& path) {
  if (::rename(temporary.path().c_str(), path.c_str()) != 0) FailToWrite(path);
  temporary.Release();
}

// Temporary files are locked while they are in use.
void Lock(const Descriptor& file) {
  while (::flock(file.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

// What another process is about to rename is waited for; what a kill has left is removed.
bool RemoveUnused(const fs::path& name) {
  const Descriptor file(::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return errno == ENOENT;
  Lock(file);
  return !IsSameFile(file.get(), name) || ::unlink(name.c_str()) == 0;
}

// Fills a file without a name first, so that nothing is left of it when the process is killed.
// False where the file system cannot do that.
bool ReplaceByNameless(const fs::path& path, Pieces pieces, Durability durability) {
  Descriptor file(::open(FolderOf(path).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
  if (!file.valid()) return false;
  const std::string self = fmt::format("/proc/self/fd/{}", file.get());
  const auto link = [&self](const fs::path& name) {
    return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  Fill(file, path, pieces, durability);
  const fs::path name = TemporaryOf(path);
  if (link(path)) {
    RemoveUnused(name);
    return true;
  }
  // A link cannot replace a file, a rename can.
  Lock(file);
  while (!link(name))
    if (errno != EEXIST || !RemoveUnused(name)) return false;
  TemporaryName temporary(name);
  Rename(temporary, path);
  return true;
}

Descriptor OpenTemporary(const fs::path& name) {
  while (true) {
    Descriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.valid()) {
      Lock(file);
      if (IsSameFile(file.get(), name)) return file;  // Nobody took it for unused before.
    } else if (errno != EEXIST || !RemoveUnused(name)) {
      return file;
    }
  }
}

void ReplaceByNamed(const fs::path& path, Pieces pieces, Durability durability) {
  const fs::path name = TemporaryOf(path);
  const Descriptor file = OpenTemporary(name);
  if (!file.valid()) FailToWrite(path);
  TemporaryName temporary(name);
  Fill(file, path, pieces, durability);
  // Closed once to hear of writes that failed, and yet locked until it has its name.
  Descriptor copy(::dup(file.get()));
  if (!copy.valid() || !copy.Close()) FailToWrite(path);
  Rename(temporary, path);
}

void ReplaceFile(const fs::path& path, Pieces pieces, Durability durability) {
  const fs::path folder = FolderOf(path);
  std::vector<fs::path> changed;
  if (durability == Durability::kDurable) changed = FoldersChangedBy(folder);
  std::error_code error;
  fs::create_directories(folder, error);
  errno = error.value();
  if (error) FailToWrite(path, "its folder cannot be created");
  if (!ReplaceByNameless(path, pieces, durability)) ReplaceByNamed(path, pieces, durability);
  for (const fs::path& each : changed) SyncFolder(each);
}

}  // namespace

std::string Printable(const fs::path& path) {
  std::string text;
  for (const char c : Shortened(path.native())) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n')
      text += "\\n";
    else if (code < 0x20 || code == 0x7f)
      text += fmt::format("\\x{:02x}", code);
    else
      text += c;
  }
  return text;
}

void FailWithErrno(const fs::path& path, std::string_view action) {
  throw Error(ErrnoMessage(path, action, errno));
}

void FailToWrite(const fs::path& path, std::string_view action) {
  constexpr std::array kEveryFileFails = {ENOSPC, EDQUOT, EROFS, EIO, ESTALE};
  const int error = errno;
  const std::string message = ErrnoMessage(path, action, error);
  if (std::find(kEveryFileFails.begin(), kEveryFileFails.end(), error) != kEveryFileFails.end())
    throw StorageError(message);
  throw Error(message);
}

fs::path CanonicalPath(const fs::path& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : canonical;
}

bool LiesIn(const fs::path& path, const fs::path& folder) {
  const fs::path from_folder = CanonicalPath(path).lexically_relative(CanonicalPath(folder));
  return !from_folder.empty() && *from_folder.begin() != "..";
}

// As `std::filesystem::path::extension` has it, without the lists of components that it makes.
std::string LowerExtension(const fs::path& path) {
  const std::string_view name =
      std::string_view(path.native()).substr(path.native().rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name == "..") return "";
  std::string extension(name.substr(dot));
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

std::vector<std::uint8_t> ReadFile(const fs::path& path, std::uint64_t max_bytes) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    const int cause = errno;
    std::error_code ignored;
    Require(cause != ENOENT || !fs::is_symlink(path, ignored), "{}: is a broken link",
            Printable(path));
    errno = cause;
    FailWithErrno(path, "cannot be read");
  }
  return ReadAllOrFail(file.get(), path, max_bytes);
}

void WriteAll(int fd, std::span<const std::uint8_t> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) FailToWrite(path);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void AppendWhole(int fd, std::string_view text, const fs::path& path) {
  struct stat before = {};
  if (::fstat(fd, &before) != 0) FailToWrite(path);
  if (before.st_nlink == 0)
    throw StorageError(fmt::format("{}: was removed while it was written", Printable(path)));
  try {
    WriteAll(fd, BytesOf(text), path);
  } catch (const Error&) {
    static_cast<void>(!::ftruncate(fd, before.st_size));  // If not, readers meet half a line.
    throw;
  }
}

void WriteStdout(std::span<const std::uint8_t> bytes) {
  WriteAll(STDOUT_FILENO, bytes, "standard output");
}

std::vector<std::uint8_t> ReadStdin(std::uint64_t max_bytes) {
  return ReadAllOrFail(STDIN_FILENO, "standard input", max_bytes);
}

void WriteFileAtomically(const fs::path& path, std::span<const std::uint8_t> bytes,
                         Durability durability) {
  WriteFileAtomically(path, Pieces(&bytes, 1), durability);
}

void WriteFileAtomically(const fs::path& path, Pieces pieces, Durability durability) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  Require(!fs::is_directory(status), "{}: is a folder, expected a file", Printable(path));
  if (fs::exists(status) && !fs::is_regular_file(status)) return WriteToDevice(path, pieces);
  if (!fs::is_symlink(path, error)) return ReplaceFile(path, pieces, durability);
  const fs::path target = fs::weakly_canonical(path, error);
  Require(!error, "{}: its link cannot be followed: {}", Printable(path), error.message());
  ReplaceFile(target, pieces, durability);
}

void WriteFileAtomically(const fs::path& path, std::string_view text, Durability durability) {
  WriteFileAtomically(path, BytesOf(text), durability);
}

bool LeadsBelow(const fs::path& path) {
  const fs::path normal = path.lexically_normal();
  return !normal.empty() && normal.is_relative() && normal.has_filename() &&
         *normal.begin() != "..";
}

bool IsTemporaryName(std::string_view name) {
  if (!name.starts_with(kTemporaryStart) || !name.ends_with(kTemporaryEnd)) return false;
  name.remove_prefix(kTemporaryStart.size());
  name.remove_suffix(kTemporaryEnd.size());
  return name.size() == 16 && name.find_first_not_of("0123456789abcdef") == name.npos;
}

void RemoveLeftFiles(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator
           entry(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end; entry.increment(error)) {
    if (IsTemporaryName(entry->path().filename().native())) RemoveUnused(entry->path());
  }
}

}  // namespace gradcut
