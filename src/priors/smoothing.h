#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <utility>
#include <vector>

namespace gradcut {

// Gaussian weights for offsets -radius..radius, 1 in the middle.
template <class Value>
std::vector<Value> GaussianKernel(double sigma, double deviations) {
  const int radius = static_cast<int>(std::ceil(deviations * sigma));
  if (radius == 0) return {1};
  std::vector<Value> kernel;
  for (int offset = -radius; offset <= radius; ++offset)
    kernel.push_back(static_cast<Value>(std::exp(-0.5 * offset * offset / (sigma * sigma))));
  return kernel;
}

// Convolves a histogram along an axis of `length` bins, which lie `stride` apart. What would leave
// the histogram is lost.
template <class Value>
void SmoothAxis(std::vector<Value>& histogram, int length, int stride,
                const std::vector<Value>& kernel) {
  const int block = length * stride, radius = static_cast<int>(kernel.size() / 2);
  std::vector<Value> smoothed(histogram.size());
  for (std::size_t start = 0; start < histogram.size(); start += block) {
    for (int offset = -std::min(radius, length - 1); offset <= std::min(radius, length - 1);
         ++offset) {
      const Value weight = kernel[offset + radius];
      const int shift = offset * stride;
      const Value* const from = &histogram[start + std::max(0, shift)];
      Value* const to = &smoothed[start + std::max(0, -shift)];
      const int count = block - std::abs(shift);
      for (int k = 0; k < count; ++k) to[k] += weight * from[k];
    }
  }
  histogram.swap(smoothed);
}

}  // namespace gradcut
