#include "gradcut/dataset/tar_reader.h"

#include "dataset/utf8_names.h"
#include "gradcut/storage/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadPiece = 1 << 20;

// libarchive has no words for some damage.
std::string CauseOf(archive* reader) {
  const char* const cause = archive_error_string(reader);
  return cause == nullptr ? "its headers make no sense" : Printable(std::string(cause));
}

// Why a member is nothing to read, or "".
std::string ProblemOf(archive_entry* entry, const std::string& name) {
  if (!LeadsBelow(name)) return "has a name that leads out of the archive's folder";
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_filetype(entry) == AE_IFLNK)
    return "is a link, expected a file";
  if (archive_entry_filetype(entry) != AE_IFREG && archive_entry_filetype(entry) != AE_IFDIR)
    return "is neither a file nor a folder";
  const std::int64_t bytes = archive_entry_size(entry);
  if (bytes < 0 || static_cast<std::uint64_t>(bytes) > kMaxFileBytes)
    return fmt::format("has {} bytes, more than any photo", bytes);
  return "";
}

}  // namespace

struct TarReader::Stream {
  explicit Stream(const fs::path& file) : fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Stream() {
    if (archive != nullptr) archive_read_free(archive);
    if (fd >= 0) ::close(fd);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  static la_ssize_t ReadPiece(struct archive* reader, void* data, const void** piece) {
    auto& self = *static_cast<Stream*>(data);
    ssize_t count = 0;
    do count = ::read(self.fd, self.buffer.data(), self.buffer.size());
    while (count < 0 && errno == EINTR);
    if (count < 0) archive_set_error(reader, errno, "cannot be read");
    if (count > 0) self.Remember(static_cast<std::size_t>(count));
    *piece = self.buffer.data();
    return count;
  }

  static la_int64_t Skip(struct archive* /*reader*/, void* data, la_int64_t wanted) {
    auto& self = *static_cast<Stream*>(data);
    if (!self.seekable) return 0;
    // Not beyond the end, which would hide that the archive is cut short.
    const off_t here = ::lseek(self.fd, 0, SEEK_CUR);
    const off_t skipped = std::min<off_t>(wanted, self.bytes - here);
    if (skipped <= 0 || ::lseek(self.fd, here + skipped, SEEK_SET) < 0) return 0;
    self.zeros = 0;
    return skipped;
  }

  // Counts the zeros at the end of what was read.
  void Remember(std::size_t count) {
    std::size_t at_end = 0;
    while (at_end < count && buffer[count - 1 - at_end] == 0) ++at_end;
    zeros = at_end == count ? zeros + at_end : at_end;
  }

  // Every archive ends with two blocks of zeros; without, something may be missing.
  bool EndsWell() {
    const void* ignored = nullptr;
    while (ReadPiece(archive, this, &ignored) > 0) {
    }
    return zeros >= 1024;
  }

  const int fd;
  struct archive* archive = nullptr;
  std::vector<std::uint8_t> buffer = std::vector<std::uint8_t>(kReadPiece);
  bool seekable = false;
  off_t bytes = 0;        // Of the file, if it is seekable.
  std::size_t zeros = 0;  // That were read last.
  std::uint64_t start = 0;
  std::string last;  // The member that was read last.
};

bool IsTarName(const fs::path& path) { return LowerExtension(path) == ".tar"; }

bool IsSeekable(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error);
}

TarReader::TarReader(fs::path file, std::uint64_t offset)
    : file_(std::move(file)), stream_(std::make_unique<Stream>(file_)) {
  if (stream_->fd < 0) FailWithErrno(file_, "cannot be read");
  struct stat info = {};
  if (::fstat(stream_->fd, &info) != 0) FailWithErrno(file_, "cannot be read");
  Require(!S_ISDIR(info.st_mode), "{}: is a folder, expected a tar archive", Printable(file_));
  stream_->seekable = S_ISREG(info.st_mode);
  stream_->bytes = info.st_size;
  stream_->start = offset;
  if (offset > 0) {
    // Its neighbours are not read with it.
    constexpr std::size_t kSmallPiece = 1 << 16;
    stream_->buffer.resize(kSmallPiece);
    if (::lseek(stream_->fd, static_cast<off_t>(offset), SEEK_SET) < 0)
      FailWithErrno(file_, "cannot be read");
  }
  stream_->archive = archive_read_new();
  archive_read_support_format_tar(stream_->archive);
  archive_read_set_read_callback(stream_->archive, Stream::ReadPiece);
  archive_read_set_skip_callback(stream_->archive, Stream::Skip);
  archive_read_set_callback_data(stream_->archive, stream_.get());
  const bool opened = archive_read_open1(stream_->archive) == ARCHIVE_OK;
  const bool packed = stream_->buffer[0] == 0x1f && stream_->buffer[1] == 0x8b;
  Require(opened || !packed, "{}: is a gzip archive: unpack it, as gunzip does", Printable(file_));
  if (!opened) Fail("{}: is no tar archive: {}", Printable(file_), CauseOf(stream_->archive));
}

TarReader::~TarReader() = default;

std::optional<TarMember> TarReader::Next() {
  const Utf8Names names;
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(stream_->archive, &entry);
  const std::string behind =
      stream_->last.empty() ? "" : fmt::format(" behind {}", Printable(fs::path(stream_->last)));
  if (status == ARCHIVE_EOF) {
    Require(stream_->EndsWell(), "{}: is cut short{}", Printable(file_), behind);
    return std::nullopt;
  }
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
    Fail("{}: is no tar archive, cut short or damaged{}: {}", Printable(file_), behind,
         CauseOf(stream_->archive));
  const char* const name = archive_entry_pathname(entry);
  TarMember member = {.name = name == nullptr ? "" : name};
  member.offset =
      stream_->start + static_cast<std::uint64_t>(archive_read_header_position(stream_->archive));
  member.is_folder = archive_entry_filetype(entry) == AE_IFDIR;
  member.problem = ProblemOf(entry, member.name);
  if (member.problem.empty()) member.name = fs::path(member.name).lexically_normal().string();
  stream_->last = member.name;
  return member;
}

std::vector<std::uint8_t> TarReader::Read() {
  std::vector<std::uint8_t> bytes;
  while (true) {
    const void* piece = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(stream_->archive, &piece, &size, &offset);
    if (status == ARCHIVE_EOF) return bytes;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
      Fail("{}: {}: is cut short: {}", Printable(file_), Printable(fs::path(stream_->last)),
           CauseOf(stream_->archive));
    Require(static_cast<std::uint64_t>(offset) + size <= kMaxFileBytes,
            "{}: {}: has more bytes than any photo", Printable(file_),
            Printable(fs::path(stream_->last)));
    // A sparse member leaves holes, which are zeros.
    bytes.resize(static_cast<std::size_t>(offset));
    const auto* const first = static_cast<const std::uint8_t*>(piece);
    bytes.insert(bytes.end(), first, first + size);
  }
}

}  // namespace gradcut
