#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace gradcut {

/// A file in memory, paged in where something touches it.
class MappedFile {
 public:
  /// Throws `Error` naming the file when it is missing, not readable, or no regular file.
  static std::shared_ptr<const MappedFile> Open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace gradcut
