#pragma once

#include "gradcut/graphcut/min_cut.h"
#include "graphcut/grid_flow.h"

#include <cstdint>
#include <variant>

namespace gradcut {

/// A maximum flow in the narrowest capacities that hold the problem.
using AnyGridFlow = std::variant<std::monostate, GridFlow<std::uint16_t>, GridFlow<std::int32_t>>;

/// Cuts an energy that `Check` accepts and that has pixels. Starts from `flow` if that has the
/// same size and weights, and leaves the maximum flow there.
Cut SolveOnGrid(const GridEnergy& energy, AnyGridFlow& flow);

}  // namespace gradcut
