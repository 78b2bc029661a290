#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/run/batch.h"
#include "gradcut/run/run_totals.h"

#include <cstddef>
#include <nlohmann/json.hpp>

namespace gradcut {

/// What must be the same for outputs to belong together.
nlohmann::json IdentityOf(const BatchJob& job);

/// How far a run is.
struct RunProgress {
  const RunTotals& totals;
  std::size_t inputs = 0;
  double seconds = 0;
  bool finished = false;
};

/// What run.json says of every run, wherever its results go.
nlohmann::json RunFileOf(const BatchOptions& options, const BatchJob& job,
                         const RunControl& control, const RunProgress& progress);

}  // namespace gradcut
