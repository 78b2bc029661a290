#pragma once

#include "gradcut/core/run_control.h"
#include "gradcut/run/run_record.h"
#include "workflow/edit_engine.h"

#include <filesystem>
#include <memory>

namespace gradcut {

/// That of `gradcut label`: what the run has learned of its data set is taken from the folder, or
/// learned anew. Throws `Error` for a run of another version or with other weights or labels, and
/// like `LabelImages`.
std::unique_ptr<EditEngine> MakeLabelEngine(const std::filesystem::path& folder,
                                            const RunRecord& record, const RunControl& control);

}  // namespace gradcut
