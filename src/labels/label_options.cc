#include "gradcut/labels/label_options.h"

namespace gradcut {

bool DecidesLabels(std::string_view key) {
  // Weights of the first colour models are shares of the labels; expansions have no coarse levels.
  if (key == "colour.sharpness" || key == "graphcut.coarse_levels") return false;
  if (key == "saliency.scales" || key == "segment.max_megapixels" || key == "segment.outline" ||
      key == "segment.rounds")
    return true;
  if (key.starts_with("hints.")) return true;
  return key.starts_with("location.") || key.starts_with("colour.") || key.starts_with("graphcut.");
}

}  // namespace gradcut
