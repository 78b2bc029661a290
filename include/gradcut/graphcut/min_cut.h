#pragma once

#include "gradcut/graphcut/energy.h"

#include <cstdint>
#include <vector>

namespace gradcut {

/// Which algorithm finds the minimum cut. All give the same flow and the same labels.
enum class Solver {
  kGrid,   ///< Own: grids only.
  kBoost,  ///< Boost.Graph's `boykov_kolmogorov_max_flow` (Boykov and Kolmogorov 2004).
};

/// A minimum cut.
struct Cut {
  /// 1 for pixels reachable from the source in the residual graph, else 0: of all minimum cuts the
  /// one with the smallest foreground, whichever solver found it. Size rows * cols.
  std::vector<std::uint8_t> labels;
  /// The maximum flow; `flow + energy.constant` is the energy of `labels`.
  std::int64_t flow = 0;
};

/// The labelling of least energy. Throws `std::invalid_argument` for an energy that `Check`
/// refuses. An energy without pixels has an empty cut.
Cut MinCut(const GridEnergy& energy, Solver solver = Solver::kBoost);

}  // namespace gradcut
