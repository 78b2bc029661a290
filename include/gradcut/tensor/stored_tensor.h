#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
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

}  // namespace gradcut
