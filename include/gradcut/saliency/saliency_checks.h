#pragma once

#include "gradcut/model/classifier.h"
#include "gradcut/saliency/saliency_options.h"

namespace gradcut {

/// `CheckSaliencyOptions` for one classifier: throws `Error` too for layers that it does not have,
/// and for methods that it cannot be explained with.
void CheckSaliencyOptions(const SaliencyOptions& options, const Classifier& classifier);

}  // namespace gradcut
