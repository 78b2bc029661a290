#include "gradcut/dataset/tar_writer.h"

#include "dataset/utf8_names.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace gradcut {
namespace {

namespace fs = std::filesystem;

constexpr int kWritePiece = 1 << 20;

}  // namespace

struct TarWriter::Stream {
  explicit Stream(const fs::path& file)
      : partial(file.string() + ".partial"),
        fd(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)),
        archive(archive_write_new()) {}
  ~Stream() {
    archive_write_free(archive);
    if (fd < 0) return;
    ::close(fd);
    std::error_code ignored;
    fs::remove(partial, ignored);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void Check(la_ssize_t status) const {
    if (status >= 0) return;
    errno = archive_errno(archive);
    FailToWrite(partial);
  }

  const fs::path partial;
  const int fd;
  struct archive* const archive;
};

TarWriter::TarWriter(fs::path file) : file_(std::move(file)) {
  std::error_code ignored;  // Opening tells.
  if (file_.has_parent_path()) fs::create_directories(file_.parent_path(), ignored);
  stream_ = std::make_unique<Stream>(file_);
  if (stream_->fd < 0) FailToWrite(stream_->partial);
  archive_write_set_format_pax_restricted(stream_->archive);
  archive_write_set_bytes_per_block(stream_->archive, kWritePiece);
  archive_write_set_bytes_in_last_block(stream_->archive, 1);
  stream_->Check(archive_write_open_fd(stream_->archive, stream_->fd));
}

TarWriter::~TarWriter() = default;

void TarWriter::Add(const fs::path& name, std::span<const std::uint8_t> bytes) {
  const Utf8Names names;
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            &archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_mtime(entry.get(), 0, 0);
  // A name that is not UTF-8 is written as it is, with a warning.
  const int status = archive_write_header(stream_->archive, entry.get());
  if (status != ARCHIVE_WARN) stream_->Check(status);
  stream_->Check(archive_write_data(stream_->archive, bytes.data(), bytes.size()));
}

void TarWriter::Finish(Durability durability) {
  stream_->Check(archive_write_close(stream_->archive));
  if (durability == Durability::kDurable && ::fsync(stream_->fd) != 0) FailToWrite(file_);
  if (::rename(stream_->partial.c_str(), file_.c_str()) != 0) FailToWrite(file_);
}

}  // namespace gradcut
