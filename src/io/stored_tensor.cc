#include "gradcut/io/stored_tensor.h"

#include "gradcut/core/error.h"

#include <cstring>
#include <opencv2/core.hpp>

namespace gradcut {

std::optional<std::int64_t> ElementBytes(const std::string& dtype) {
  static const std::map<std::string, std::int64_t> kBytes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1},
      {"I16", 2},  {"U16", 2}, {"F16", 2}, {"BF16", 2},    {"I32", 4},
      {"U32", 4},  {"F32", 4}, {"I64", 8}, {"U64", 8},     {"F64", 8}};
  const auto found = kBytes.find(dtype);
  if (found == kBytes.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> TensorBytes(const std::vector<std::int64_t>& shape,
                                        std::int64_t element_bytes) {
  std::int64_t bytes = element_bytes;
  for (const std::int64_t side : shape)
    if (side < 0 || __builtin_mul_overflow(bytes, side, &bytes)) return std::nullopt;
  return bytes;
}

cv::Mat MatrixOf(const StoredTensors& tensors, const std::string& name, std::size_t dimensions,
                 std::string_view file) {
  if (dimensions != 1 && dimensions != 2)
    throw std::invalid_argument("MatrixOf: expected 1 or 2 dimensions");
  // A head of 20,000 classes and 2,000 channels has a sixth of it.
  constexpr std::size_t kMaxBytes = std::size_t{1} << 30;
  const auto found = tensors.find(name);
  if (found == tensors.end()) return {};
  const auto& [dtype, shape, bytes] = found->second;
  if ((dtype != "F32" && dtype != "F64") || shape.size() != dimensions || bytes.empty()) return {};
  const auto side = [&](std::int64_t size) {
    return CheckedInt(size, fmt::format("{}: a side of '{}'", file, name));
  };
  const int rows = dimensions == 1 ? 1 : side(shape.front()), cols = side(shape.back());
  Require(bytes.size() <= kMaxBytes, "{}: '{}' has {} bytes, expected at most {}", file, name,
          bytes.size(), kMaxBytes);
  cv::Mat matrix(rows, cols, dtype == "F32" ? CV_32FC1 : CV_64FC1);
  if (matrix.total() * matrix.elemSize() != bytes.size())
    throw std::logic_error("MatrixOf: shape and bytes disagree");
  std::memcpy(matrix.data, bytes.data(), bytes.size());
  return matrix;
}

}  // namespace gradcut
