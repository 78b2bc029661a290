#pragma once

#include "cli/batch.h"
#include "cli/recipe.h"
#include "cli/torch_body.h"
#include "gradcut/metrics/truth.h"

#include <cstddef>
#include <string>
#include <vector>

namespace gradcut {

/// What the user wrote.
struct TuneFlags {
  BatchFlags run;
  RecipeFlags recipe;
  PairingOptions pairing;
  MaskReading reading;  ///< Of the truth.
  std::vector<std::string> sweeps;
  std::size_t budget = 0;
};

/// Sweeps options.
extern TorchBody<TuneFlags> tune_body;

}  // namespace gradcut
