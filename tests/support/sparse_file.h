#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

namespace gradcut {

/// A safetensors file of that header whose `data_bytes` are zeros that take no space on the disk.
inline void WriteSparseSafetensors(const std::filesystem::path& path, std::string header,
                                   std::uint64_t data_bytes) {
  header.append((8 - header.size() % 8) % 8, ' ');
  std::string head(8, '\0');
  const std::uint64_t header_bytes = header.size();
  std::memcpy(head.data(), &header_bytes, sizeof header_bytes);
  std::ofstream(path, std::ios::binary) << head << header;
  std::filesystem::resize_file(path, head.size() + header.size() + data_bytes);
}

/// 2^32 + 224: as a 32-bit number it is 224, the inputs of a head on EfficientNet-Lite0.
inline constexpr std::uint64_t kWrapsTo224 = (std::uint64_t{1} << 32) + 224;

/// An entry of such a header: that many zeros from `start` on, of 4 bytes each.
inline std::string SparseTensor(const std::string& name, const std::string& shape,
                                std::uint64_t start, std::uint64_t count) {
  return '"' + name + R"(":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":[)" +
         std::to_string(start) + ',' + std::to_string(start + 4 * count) + "]}";
}

}  // namespace gradcut
