#pragma once

#include "gradcut/tensor/npy.h"

#include <cstdint>
#include <optional>
#include <span>
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

// A .npy file, taken apart.
struct NpyParts {
  NpyHeader header;
  std::span<const std::uint8_t> data;
};

// Throws `Error` "NAME: cause". Elements may be of any type, `|O` (pickled objects) too.
NpyParts SplitNpy(std::span<const std::uint8_t> bytes, const std::string& name);

// The file that `numpy.save` makes of such an array.
std::vector<std::uint8_t> JoinNpy(const NpyParts& parts);

// The array out of both. Throws likewise.
NpyArray MakeNpyArray(const NpyParts& parts, const std::string& name);

}  // namespace gradcut
