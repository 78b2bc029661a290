#pragma once

#include <filesystem>

namespace gradcut {

/// What to do about a lock that another process holds.
enum class WhenLocked { kWait, kFail };

/// Holds the lock of a folder as soon as no other process does. Does nothing where the file system
/// knows no locks.
class FolderLock {
 public:
  /// Throws `Error` naming the folder when another process holds it, with `kFail`.
  explicit FolderLock(const std::filesystem::path& folder, WhenLocked when = WhenLocked::kWait);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace gradcut
