#include "gradcut/storage/durable_folder.h"

#include "gradcut/storage/file.h"
#include "storage/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

namespace gradcut {

namespace fs = std::filesystem;

fs::path FolderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void SyncFolder(const fs::path& folder) {
  Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.valid() || ::fsync(file.get()) != 0) FailToWrite(folder, "cannot be made durable");
}

}  // namespace gradcut
