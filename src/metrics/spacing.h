#pragma once

namespace gradcut {

// numpy.spacing(1): keeps divisions finite exactly as the reference implementations do.
inline constexpr double kSpacing = 2.220446049250313e-16;

}  // namespace gradcut
