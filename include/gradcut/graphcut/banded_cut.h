#pragma once

#include "gradcut/graphcut/min_cut.h"

namespace gradcut {

/// An approximation for people in a hurry (Lombaert, Sun, Grady and Xu 2005, "A multilevel banded
/// graph cuts method"): the minimum cut of the energy on blocks of 2^coarse_levels pixels a side,
/// made exact on blocks of half that side within a band around its outline, and so on down to
/// pixels. Objects that no block shows are lost. With 0 levels the minimum cut; `flow` is the
/// energy of the labels less the constant. Throws like `MinCut`, and for less than 0 levels.
Cut BandedMinCut(const GridEnergy& energy, int coarse_levels);

}  // namespace gradcut
