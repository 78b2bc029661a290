#include "fuzz/zip_file.h"

#include <zlib.h>

#include <cstring>
#include <span>

namespace gradcut::fuzz {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46;

template <class Number>
void Put(std::vector<std::uint8_t>& out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

template <class Number>
Number At(const std::vector<std::uint8_t>& file, std::size_t at) {
  Number value = 0;
  if (at + sizeof value <= file.size()) std::memcpy(&value, &file[at], sizeof value);
  return value;
}

std::uint32_t Checksum(std::span<const std::uint8_t> bytes) {
  return static_cast<std::uint32_t>(crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
}

// What local and central headers share, from "version needed" to the length of the name.
void PutShared(std::vector<std::uint8_t>& out, const ZipEntry& entry) {
  const auto size = static_cast<std::uint32_t>(entry.bytes.size());
  Put<std::uint16_t>(out, 20);
  Put<std::uint16_t>(out, 0);  // Flags.
  Put<std::uint16_t>(out, 0);  // Stored.
  Put<std::uint32_t>(out, 0x00210000);
  Put<std::uint32_t>(out, Checksum(entry.bytes));
  Put<std::uint32_t>(out, size);
  Put<std::uint32_t>(out, size);
  Put<std::uint16_t>(out, static_cast<std::uint16_t>(entry.name.size()));
  Put<std::uint16_t>(out, 0);  // Length of further fields.
}

}  // namespace

std::vector<std::uint8_t> ZipFileOf(const std::vector<ZipEntry>& entries) {
  std::vector<std::uint8_t> file, directory;
  for (const ZipEntry& entry : entries) {
    const auto at = static_cast<std::uint32_t>(file.size());
    Put(file, kLocal);
    PutShared(file, entry);
    file.insert(file.end(), entry.name.begin(), entry.name.end());
    file.insert(file.end(), entry.bytes.begin(), entry.bytes.end());
    Put(directory, kCentral);
    Put<std::uint16_t>(directory, 20);
    PutShared(directory, entry);
    directory.insert(directory.end(), 10, 0);  // No comment; disk 0; no attributes.
    Put(directory, at);
    directory.insert(directory.end(), entry.name.begin(), entry.name.end());
  }
  const auto at = static_cast<std::uint32_t>(file.size());
  file.insert(file.end(), directory.begin(), directory.end());
  Put(file, kEnd);
  Put<std::uint32_t>(file, 0);
  Put(file, static_cast<std::uint16_t>(entries.size()));
  Put(file, static_cast<std::uint16_t>(entries.size()));
  Put(file, static_cast<std::uint32_t>(directory.size()));
  Put(file, at);
  Put<std::uint16_t>(file, 0);
  return file;
}

void RepairZip(std::vector<std::uint8_t>& file) {
  for (std::size_t at = 0; at + kCentralSize <= file.size(); ++at) {
    if (At<std::uint32_t>(file, at) != kCentral) continue;
    const std::size_t local = At<std::uint32_t>(file, at + 42);
    const std::size_t size = At<std::uint32_t>(file, at + 20);
    const std::size_t data = local + kLocalSize + At<std::uint16_t>(file, local + 26) +
                             At<std::uint16_t>(file, local + 28);
    if (local + kLocalSize > file.size() || data > file.size() || size > file.size() - data)
      continue;
    const std::uint32_t sum = Checksum({file.data() + data, size});
    std::memcpy(&file[at + 16], &sum, sizeof sum);
    std::memcpy(&file[local + 14], &sum, sizeof sum);
  }
}

}  // namespace gradcut::fuzz
