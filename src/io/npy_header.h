#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

// The dictionary in front of a .npy array's data.
struct NpyHeader {
  std::string descr;  // The element type, for instance "<f4"
  bool fortran_order = false;
  std::vector<std::int64_t> shape;  // sizes >= 0
};

// Parses {'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }, keys in any order, each once.
// Nothing for any other text.
std::optional<NpyHeader> ParseNpyHeader(std::string_view text);

}  // namespace gradcut
