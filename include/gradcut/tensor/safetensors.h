#pragma once

#include "gradcut/tensor/stored_tensor.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <string_view>

namespace gradcut {

class MappedFile;  // src/io/mapped_file.h

/// A safetensors file (an 8-byte little-endian header length, a JSON header, raw tensor data),
/// mapped into memory: opening reads the header alone, and a tensor's bytes are paged in when
/// something touches them.
class SafetensorsFile {
 public:
  /// Throws `Error` naming the file and what is wrong with it: missing, truncated, a header that is
  /// not what the format allows, a tensor that lies outside the data or overlaps another.
  static SafetensorsFile Open(const std::filesystem::path& path);

  /// The tensors by name; their bytes live as long as this.
  const StoredTensors& tensors() const { return tensors_; }
  /// The header's free text fields (`__metadata__`); empty without them.
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// One of them; empty if there is none of that name.
  std::string Field(const std::string& name) const;
  /// The tensor of that name and number of dimensions (1 or 2) as a matrix, copied: `CV_32FC1`
  /// (F32, or F16 widened) or `CV_64FC1` (F64), a vector as one row. Empty if there is no such
  /// tensor, or one of another type or without elements. Throws `Error` naming the file for more
  /// than any matrix of ours has.
  cv::Mat Matrix(const std::string& name, int dimensions) const;
  /// The whole file, for a checksum.
  std::span<const std::byte> bytes() const;
  const std::filesystem::path& path() const { return path_; }

 private:
  SafetensorsFile() = default;
  void ReadHeader();

  std::filesystem::path path_;
  std::shared_ptr<const MappedFile> file_;
  StoredTensors tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Writes a safetensors file, whole or not at all. Its bytes depend on tensors and metadata alone:
/// header keys are sorted, data is ordered by descending element size, then by name, so that every
/// tensor is aligned. Throws `Error` naming the file and the cause.
void WriteSafetensors(const std::filesystem::path& path, const StoredTensors& tensors,
                      const std::map<std::string, std::string>& metadata);

/// Throws `UsageError` for a file with anything in it that is not `kind`: a safetensors file whose
/// field "format" is one of `formats`. What a command has learned replaces nothing else.
void CheckReplaces(const std::filesystem::path& path, std::span<const std::string_view> formats,
                   std::string_view kind);

}  // namespace gradcut
