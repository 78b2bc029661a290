#pragma once

#include "gradcut/workflow/label_exports.h"

#include <cstddef>

namespace gradcut {

/// The names of the classes, one a line: `classes.txt`.
void WriteClassList(const LabelRun& run);

/// The lists and exports of the whole run, from its manifest. Returns how many images are in
/// train.txt.
std::size_t WriteLabelLists(const LabelRun& run, const std::vector<LabelExport>& exports,
                            const RunControl& control = {});

}  // namespace gradcut
