#pragma once

#include "gradcut/graphcut/min_cut.h"
#include "graphcut/grid_flow.h"

#include <cstdint>
#include <variant>

namespace gradcut {

/// A maximum flow in the narrowest capacities that hold the problem.
using AnyGridFlow = std::variant<std::monostate, GridFlow<std::uint16_t>, GridFlow<std::int32_t>>;

/// The costs of an energy that `Check` accepts and that has pixels.
GridProblem ProblemOf(const GridEnergy& energy);

/// Cuts a problem. Starts from `flow` if that has the same size and weights, and leaves the maximum
/// flow there.
Cut SolveOnGrid(const GridProblem& problem, AnyGridFlow& flow);

}  // namespace gradcut
