#pragma once

#include "gradcut/metrics/heat_pixels.h"

namespace gradcut {

/// Structure measure S, alpha = 0.5 (Fan et al. 2017, "Structure-measure"); 1 - mean where the
/// truth has no object.
double StructureMeasure(const HeatPixels& pixels);

}  // namespace gradcut
