#pragma once

#include "cli/adapt_run.h"
#include "cli/torch_body.h"

namespace gradcut {

/// What the user wrote.
struct AdaptFlags {
  BatchFlags run;
  RecipeFlags recipe;
  AdaptOptions adapt;
};

/// Learns an objectness head.
extern TorchBody<AdaptFlags> adapt_body;

}  // namespace gradcut
