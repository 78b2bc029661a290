#include "gradcut/workflow/heat_maps.h"

#include "gradcut/image/image_io.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/render/render.h"
#include "gradcut/segment/focus.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/workflow/kinds.h"
#include "workflow/explain.h"
#include "workflow/photo_run.h"

namespace gradcut {
namespace {

using Bytes = std::vector<std::uint8_t>;

Product MakeHeatMap(const PhotoTask& task) {
  const Segmentation found = task.segmenter().Locate(task.image, task.classes());
  nlohmann::json entry = {{"diffuseness", Diffuseness(found.heat_map)}};
  if (task.truth) entry["energy_in_truth"] = EnergyInTruth(found.heat_map, *task.truth);
  const auto keep = [&entry](const char* key, Explained explained) -> Bytes {
    entry[key] = std::move(explained.entry);
    return std::move(explained.bytes);
  };
  const auto encode = [&](OutputKind kind) -> Bytes {
    switch (kind) {
      case OutputKind::kHeatMap:
        return EncodePng(ColourHeatMap(found.heat_map, task.render.colour_map));
      case OutputKind::kProbability:
        return EncodeNpy(found.heat_map);
      case OutputKind::kRaw:
        return EncodeNpy(found.attributions);
      case OutputKind::kOverlay:
        return EncodeJpeg(HeatMapOverlay(task.image, found.heat_map, task.render.colour_map),
                          kOverlayQuality);
      case OutputKind::kExplanation:
        return keep("explanation", Explain(task));
      case OutputKind::kAdversarial:
        return keep("adversarial", Attack(task));
      default:
        throw std::logic_error("not an output of this command");
    }
  };
  if (found.completeness)
    entry["completeness"] = {{"attributions", found.completeness->attributions},
                             {"difference", found.completeness->difference}};
  Product product = MakeProduct(found, task.kinds, encode);
  product.entry.update(entry);
  return product;
}

}  // namespace

BatchSummary MakeHeatMaps(const PhotoOptions& options, const RunControl& control) {
  CheckClassifier(options.recipe.classifier);  // One: heat maps are one network's.
  return RunOnPhotos("saliency", options, HeatMapKinds(), MakeHeatMap, control);
}

}  // namespace gradcut
