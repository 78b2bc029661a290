#pragma once

#include "gradcut/run/outputs.h"

#include <vector>

namespace gradcut {

// The kinds of files that can be written, the default first.

const std::vector<OutputKind>& MaskKinds();     ///< By `MakeMasks`.
const std::vector<OutputKind>& HeatMapKinds();  ///< By `MakeHeatMaps`.
const std::vector<OutputKind>& RefineKinds();   ///< By `RefineMaps`.
const std::vector<OutputKind>& CutoutKinds();   ///< By `MakeCutouts`, one for each format.
const std::vector<OutputKind>& LabelKinds();    ///< By `LabelImages`.

}  // namespace gradcut
