#pragma once

#include "cli/console.h"
#include "cli/exit_status.h"
#include "gradcut/run/batch.h"

namespace gradcut {

/// Says how a batch into a folder ended, and gives what the program is to return.
ExitStatus EndBatch(const BatchSummary& summary, Console& console);

}  // namespace gradcut
