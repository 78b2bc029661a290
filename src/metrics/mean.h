#pragma once

#include <limits>
#include <numeric>
#include <vector>

namespace gradcut {

// NaN of no values.
inline double Mean(const std::vector<double>& values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace gradcut
