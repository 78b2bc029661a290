#pragma once

#include "cli/batch.h"
#include "cli/label_dataset.h"
#include "cli/recipe.h"
#include "cli/torch_body.h"
#include "gradcut/labels/certainty.h"

#include <string>
#include <vector>

namespace gradcut {

/// What `--save` may name.
const std::vector<OutputKind>& LabelKinds();

/// What the user wrote.
struct LabelFlags {
  BatchFlags batch;
  RecipeFlags recipe;
  DatasetFlags dataset;
  CertaintyOptions certainty;
  double min_confidence = 0;
  std::vector<std::string> exports;
  int rounds = 2;
};

/// Makes class masks.
extern TorchBody<LabelFlags> label_body;

}  // namespace gradcut
