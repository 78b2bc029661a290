#pragma once

#include "model/network.h"
#include "saliency/methods.h"

#include <string>
#include <vector>

namespace gradcut {

/// One map of a heat map.
struct PlannedMap {
  const Method* method;
  std::string layer;  ///< "" for a method that looks at none.
  double weight;
};

/// The maps that the options ask for, in their order; those of weight 0 are left out. The layers
/// are names of `network`, "" where it has none.
std::vector<PlannedMap> PlanMaps(const SaliencyOptions& options, const Network& network);

}  // namespace gradcut
