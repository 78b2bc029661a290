#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// A tensor as it lies in a weight file.
struct StoredTensor {
  std::string dtype;                 ///< As safetensors spells it: "F32", "F16", "I64", ...
  std::vector<std::int64_t> shape;   ///< Empty for a scalar.
  std::span<const std::byte> bytes;  ///< Row-major, little-endian; owned by the file's reader.
};

using StoredTensors = std::map<std::string, StoredTensor>;

/// Bytes an element of a type takes, or nothing for a type that safetensors does not know.
std::optional<std::int64_t> ElementBytes(const std::string& dtype);

/// Bytes of a tensor of that shape, or nothing if a side is negative or the product overflows.
std::optional<std::int64_t> TensorBytes(const std::vector<std::int64_t>& shape,
                                        std::int64_t element_bytes);

/// The tensor of that name and number of dimensions (1 or 2) as a matrix, copied: `CV_32FC1` (F32)
/// or `CV_64FC1` (F64), a vector as one row. Empty if there is no such tensor, or one of another
/// type or without elements. Throws `Error` naming `file` for more than any matrix of ours has.
cv::Mat MatrixOf(const StoredTensors& tensors, const std::string& name, std::size_t dimensions,
                 std::string_view file);

}  // namespace gradcut
