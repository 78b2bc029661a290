#pragma once

#include "gradcut/run/run_record.h"
#include "workflow/edit_engine.h"

#include <memory>

namespace gradcut {

/// That of `gradcut mask`. Throws `Error` for a run of another version or with other weights, and
/// like `LoadClassifier`.
std::unique_ptr<EditEngine> MakeMaskEngine(const std::filesystem::path& folder,
                                           const RunRecord& record);

}  // namespace gradcut
