#pragma once

#include "gradcut/graphcut/energy.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gradcut {

/// The directed view of the grid that the solvers share: arcs 0-3 leave a pixel in the directions
/// of `GridEnergy`, arcs 4-7 in the opposite ones.
inline constexpr int kGridArcs = 2 * GridEnergy::kDirections;

constexpr int ReverseArc(int arc) { return arc ^ GridEnergy::kDirections; }

/// What to add to a pixel's index to get that of its neighbour along `arc`.
using ArcOffsets = std::array<std::ptrdiff_t, kGridArcs>;

inline ArcOffsets MakeArcOffsets(int cols) {
  ArcOffsets offsets;
  for (int d = 0; d < GridEnergy::kDirections; ++d) {
    offsets[d] = static_cast<std::ptrdiff_t>(kGridSteps[d].row) * cols + kGridSteps[d].col;
    offsets[ReverseArc(d)] = -offsets[d];
  }
  return offsets;
}

}  // namespace gradcut
