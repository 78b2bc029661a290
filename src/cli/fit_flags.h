#pragma once

#include "cli/batch.h"
#include "cli/torch_body.h"
#include "gradcut/model/classifier.h"
#include "gradcut/priors/linear_head.h"

#include <string>

namespace gradcut {

/// What the user wrote.
struct FitFlags {
  std::string labels, images, output;
  ClassifierOptions classifier;
  HeadOptions head;
  int size = 320;
  BatchFlags run;
};

/// Learns a linear head.
extern TorchBody<FitFlags> fit_body;

}  // namespace gradcut
