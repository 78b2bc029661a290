#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradcut::fuzz {

struct ZipEntry {
  std::string name;
  std::vector<std::uint8_t> bytes;
};

/// A zip archive of entries that are stored as they are.
std::vector<std::uint8_t> ZipFileOf(const std::vector<ZipEntry>& entries);

/// Makes the checksums of stored entries right again.
void RepairZip(std::vector<std::uint8_t>& file);

}  // namespace gradcut::fuzz
