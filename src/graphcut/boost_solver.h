#pragma once

#include "gradcut/graphcut/min_cut.h"

namespace gradcut {

/// Cuts an energy that `Check` accepts and that has pixels.
Cut SolveWithBoost(const GridEnergy& energy);

}  // namespace gradcut
