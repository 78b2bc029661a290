#pragma once

#include "gradcut/core/error.h"
#include "gradcut/metrics/binary_counts.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gradcut {

// The counts of a tally in a row of integers, as counts files have them.
using CountList = std::vector<std::int64_t>;

// Adds a part of one to its end.
template <class Counts>
void Append(const Counts& part, CountList& list) {
  list.insert(list.end(), part.begin(), part.end());
}

// Takes such a row apart again.
class CountReader {
 public:
  explicit CountReader(std::span<const std::int64_t> counts) : rest_(counts) {}

  std::int64_t Next() { return Take(1).front(); }

  // Throws `Error` where there are fewer.
  std::span<const std::int64_t> Take(std::size_t count) {
    Require(count <= rest_.size(), "its counts are not those of these measures");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  BinaryCounts NextBinary() {
    const auto counts = Take(4);
    return {counts[0], counts[1], counts[2], counts[3]};
  }

  void RequireEnd() const { Require(rest_.empty(), "its counts are not those of these measures"); }

 private:
  std::span<const std::int64_t> rest_;
};

}  // namespace gradcut
