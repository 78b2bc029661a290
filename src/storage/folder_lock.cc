#include "gradcut/storage/folder_lock.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

namespace gradcut {

FolderLock::FolderLock(const std::filesystem::path& folder, WhenLocked when)
    : fd_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (fd_ < 0) return;
  const bool waits = when == WhenLocked::kWait;
  if (::flock(fd_, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(fd_);
  Fail("{}: another gradcut is working here; wait for it, or name another output",
       Printable(folder));
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace gradcut
