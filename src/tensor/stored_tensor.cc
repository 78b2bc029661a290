#include "gradcut/tensor/stored_tensor.h"

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

}  // namespace gradcut
