#pragma once

#include <filesystem>

namespace gradcut {

/// The folder that a file is in: "." for a name alone.
std::filesystem::path FolderOf(const std::filesystem::path& path);

/// Flushes the names that a folder holds to the disk: until then a power failure may take away a
/// file that was flushed itself. Throws as `FailToWrite` does.
void SyncFolder(const std::filesystem::path& folder);

}  // namespace gradcut
