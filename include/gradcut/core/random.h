#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace gradcut {

/// A whole number in [0, count), count < 2^32. Unlike the standard distributions, the same on every
/// machine. The bias is below count / 2^32.
inline std::size_t DrawBelow(std::mt19937_64& random, std::size_t count) {
  return static_cast<std::size_t>((random() >> 32) * count >> 32);
}

/// In random order (Fisher and Yates), the same on every machine.
template <class Value>
void Shuffle(std::vector<Value>& values, std::mt19937_64& random) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[DrawBelow(random, i)]);
}

/// Which of `folds` folds each of `count` items is in, by `seed`; all have about as many.
inline std::vector<int> DrawFolds(std::size_t count, int folds, std::uint64_t seed) {
  std::vector<int> drawn(count);
  for (std::size_t i = 0; i < count; ++i)
    drawn[i] = static_cast<int>(i % static_cast<std::size_t>(folds));
  std::mt19937_64 random(seed);
  Shuffle(drawn, random);
  return drawn;
}

/// Number `index` of the stream `seed` of SplitMix64 (Steele, Lea and Flood 2014).
inline std::uint64_t SplitMix64(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// Standard normal numbers out of the stream `seed` (Box and Muller 1958): numbers 2i and 2i + 1
/// are r cos(t) and r sin(t) with r = sqrt(-2 ln(u + 2^-53)) and t = 2 pi v, where u and v are the
/// upper 53 bits of `SplitMix64`'s numbers 2i and 2i + 1, divided by 2^53.
inline void FillNormal(std::uint64_t seed, std::span<float> values) {
  const auto uniform = [seed](std::uint64_t index) {
    return std::ldexp(static_cast<double>(SplitMix64(seed, index) >> 11), -53);
  };
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const double radius = std::sqrt(-2 * std::log(uniform(i) + 0x1p-53));
    const double angle = 2 * std::numbers::pi * uniform(i + 1);
    values[i] = static_cast<float>(radius * std::cos(angle));
    if (i + 1 < values.size()) values[i + 1] = static_cast<float>(radius * std::sin(angle));
  }
}

}  // namespace gradcut
