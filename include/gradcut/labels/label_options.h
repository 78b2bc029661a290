#pragma once

#include <string_view>

namespace gradcut {

/// Whether labels depend on the option of that key: the first of `saliency.scales`, and those of
/// location, colours, graph cut and cutting that such an energy has.
bool DecidesLabels(std::string_view key);

}  // namespace gradcut
