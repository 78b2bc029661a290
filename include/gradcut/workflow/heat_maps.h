#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/workflow/photos.h"

namespace gradcut {

/// Makes heat maps, and pictures that explain them (`options.save`), as `gradcut saliency` does.
/// With `options.truth`, the manifest says how much of the heat lies in the true object. Throws
/// like `MakeMasks`.
BatchSummary MakeHeatMaps(const PhotoOptions& options, const RunControl& control = {});

}  // namespace gradcut
