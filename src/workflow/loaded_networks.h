#pragma once

#include "gradcut/recipe/recipe.h"
#include "gradcut/segment/in_turn.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// Each network that a recipe names, and what tells a run's results from those of others.
struct LoadedNetworks {
  std::vector<NetworkInTurn> networks;  ///< At least one.
  nlohmann::json made_by;               ///< See `MadeBy`.
};

/// Throws like `LoadClassifier` and `LoadObjectness`.
LoadedNetworks LoadNetworks(const std::string& command, const Recipe& recipe);

}  // namespace gradcut
