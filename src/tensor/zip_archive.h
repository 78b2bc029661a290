#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct zip;

namespace gradcut {

/// A zip archive in memory. All errors are `std::invalid_argument` saying what is wrong.
class ZipArchive {
 public:
  /// `bytes` must outlive this.
  explicit ZipArchive(std::span<const std::byte> bytes);

  const std::vector<std::string>& names() const { return names_; }

  /// An entry's bytes, checked against their checksum. Only entries that are stored as they are:
  /// none can be larger than the archive.
  std::vector<std::byte> Read(const std::string& name) const;

 private:
  const std::uint64_t size_;
  std::shared_ptr<zip> archive_;
  std::vector<std::string> names_;
};

}  // namespace gradcut
