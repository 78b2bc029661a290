#pragma once

namespace gradcut {

/// Which values of a map of activations are kept: methods end with a ReLU, before which what speaks
/// against the class is negative.
enum class MapSign { kPositive, kBoth };

}  // namespace gradcut
