#pragma once

#include "graphcut/grid_arcs.h"

#include <cstdint>
#include <vector>

namespace gradcut {

/// The labels of a minimum cut, read off a maximum flow: 1 for the pixels that the source reaches
/// through arcs with residual capacity. The set is the same for every maximum flow (Ford and
/// Fulkerson 1962), so all solvers agree on the labels.
///
/// `from_source(pixel)` and `along(pixel, arc)` return residual capacities; arcs that leave the
/// grid must have none.
template <class FromSource, class Along>
std::vector<std::uint8_t> ReachableFromSource(std::size_t pixels, const ArcOffsets& offsets,
                                              FromSource from_source, Along along) {
  std::vector<std::uint8_t> reached(pixels, 0);
  std::vector<std::uint32_t> frontier;
  for (std::uint32_t pixel = 0; pixel < pixels; ++pixel) {
    if (from_source(pixel) <= 0) continue;
    reached[pixel] = 1;
    frontier.push_back(pixel);
  }
  while (!frontier.empty()) {
    const std::uint32_t pixel = frontier.back();
    frontier.pop_back();
    for (int arc = 0; arc < kGridArcs; ++arc) {
      if (along(pixel, arc) <= 0) continue;
      const auto neighbour = static_cast<std::uint32_t>(pixel + offsets[arc]);
      if (reached[neighbour]) continue;
      reached[neighbour] = 1;
      frontier.push_back(neighbour);
    }
  }
  return reached;
}

}  // namespace gradcut
