#pragma once

#include "gradcut/run/batch.h"

namespace gradcut {

/// `RunBatch` into a folder.
BatchSummary RunInFolder(const BatchOptions& options, const BatchJob& job,
                         const RunControl& control);

}  // namespace gradcut
