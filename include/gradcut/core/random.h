#pragma once

#include <cstddef>
#include <random>

namespace gradcut {

/// A whole number in [0, count), count < 2^32. Unlike the standard distributions, the same on every
/// machine. The bias is below count / 2^32.
inline std::size_t DrawBelow(std::mt19937_64& random, std::size_t count) {
  return static_cast<std::size_t>((random() >> 32) * count >> 32);
}

}  // namespace gradcut
