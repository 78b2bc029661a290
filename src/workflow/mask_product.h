#pragma once

#include "gradcut/run/batch.h"
#include "workflow/photo_run.h"

namespace gradcut {

/// The files that `gradcut mask` writes of a photo, of each kind in `task.kinds`, and what its
/// manifest says of it.
Product MaskProduct(const PhotoTask& task, const Segmentation& segmentation);

}  // namespace gradcut
