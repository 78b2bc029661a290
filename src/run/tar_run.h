#pragma once

#include "gradcut/run/batch.h"

namespace gradcut {

/// `RunBatch` into a tar archive.
BatchSummary RunIntoTar(const BatchOptions& options, const BatchJob& job,
                        const RunControl& control);

}  // namespace gradcut
