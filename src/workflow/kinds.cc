#include "gradcut/workflow/kinds.h"

namespace gradcut {

const std::vector<OutputKind>& MaskKinds() {
  static const std::vector<OutputKind> kKinds = {OutputKind::kMask,        OutputKind::kHeatMap,
                                                 OutputKind::kProbability, OutputKind::kOverlay,
                                                 OutputKind::kCutout,      OutputKind::kCutoutWebp,
                                                 OutputKind::kCutoutJpeg,  OutputKind::kInstances};
  return kKinds;
}

const std::vector<OutputKind>& HeatMapKinds() {
  static const std::vector<OutputKind> kKinds = {
      OutputKind::kHeatMap, OutputKind::kProbability, OutputKind::kRaw,
      OutputKind::kOverlay, OutputKind::kExplanation, OutputKind::kAdversarial};
  return kKinds;
}

const std::vector<OutputKind>& RefineKinds() {
  static const std::vector<OutputKind> kKinds = {
      OutputKind::kMask,       OutputKind::kProbability, OutputKind::kOverlay, OutputKind::kCutout,
      OutputKind::kCutoutWebp, OutputKind::kCutoutJpeg,  OutputKind::kCam};
  return kKinds;
}

const std::vector<OutputKind>& CutoutKinds() {
  static const std::vector<OutputKind> kKinds = {OutputKind::kCutout, OutputKind::kCutoutWebp,
                                                 OutputKind::kCutoutJpeg};
  return kKinds;
}

const std::vector<OutputKind>& LabelKinds() {
  static const std::vector<OutputKind> kKinds = {OutputKind::kLabels, OutputKind::kIndex,
                                                 OutputKind::kProbability, OutputKind::kCam};
  return kKinds;
}

}  // namespace gradcut
