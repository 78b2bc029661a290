#pragma once

#include "gradcut/graphcut/min_cut.h"

namespace gradcut {

/// The solvers behind `MinCut`. Each expects an energy that `Check` accepts and that has pixels.
Cut SolveWithBoost(const GridEnergy& energy);
Cut SolveOnGrid(const GridEnergy& energy);

}  // namespace gradcut
