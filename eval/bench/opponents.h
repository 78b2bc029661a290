#pragma once

#include "gradcut/graphcut/energy.h"

#include <cstdint>

namespace gradcut {

/// What another library took, milliseconds of this thread, and the flow that it found.
struct Timing {
  double build_ms = 0;
  double solve_ms = 0;
  std::int64_t flow = 0;
};

/// Boost.Graph on an explicit `adjacency_list` (vectors): one arc pair a neighbour pair.
Timing BoostBoykovKolmogorov(const GridEnergy& energy);

/// The same with two one-way arcs a neighbour pair, as push-relabel needs it.
Timing BoostPushRelabel(const GridEnergy& energy);

/// OpenCV's internal `GCGraph` (what `grabCut` uses).
Timing OpenCvGcGraph(const GridEnergy& energy);

}  // namespace gradcut
