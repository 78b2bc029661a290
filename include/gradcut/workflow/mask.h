#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/workflow/photos.h"

namespace gradcut {

/// Makes object masks and what goes with them (`options.save`), as `gradcut mask` does. Throws
/// `UsageError` for what cannot be, `Error` for files and devices, and like `RunBatch`.
BatchSummary MakeMasks(const PhotoOptions& options, const RunControl& control = {});

}  // namespace gradcut
