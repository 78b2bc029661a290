#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gradcut {

/// A safetensors file (an 8-byte little-endian header length, a JSON header, raw tensor data),
/// mapped into memory: opening reads the header alone, and a tensor's bytes are paged in when
/// something touches them.
class SafetensorsFile {
 public:
  struct Tensor {
    std::string dtype;                 ///< As the file spells it: "F32", "F16", "I64", ...
    std::vector<std::int64_t> shape;   ///< Empty for a scalar.
    std::span<const std::byte> bytes;  ///< Row-major, little-endian; lives as long as the file.
  };

  /// Throws `Error` naming the file and what is wrong with it: missing, truncated, a header that is
  /// not what the format allows, a tensor that lies outside the data or overlaps another.
  static SafetensorsFile Open(const std::filesystem::path& path);

  /// The tensors by name.
  const std::map<std::string, Tensor>& tensors() const { return tensors_; }
  /// The header's free text fields (`__metadata__`); empty without them.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The whole file, for a checksum.
  std::span<const std::byte> bytes() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  SafetensorsFile() = default;
  void ReadHeader();

  std::filesystem::path path_;
  std::shared_ptr<const std::byte> mapping_;
  std::size_t size_ = 0;
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace gradcut
