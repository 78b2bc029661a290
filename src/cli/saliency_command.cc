#include "cli/commands.h"
#include "cli/explain.h"
#include "cli/photo_command.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/focus.h"
#include "gradcut/segment/render.h"

#include <algorithm>

namespace gradcut {
namespace {

using Bytes = std::vector<std::uint8_t>;

Product MakeHeatMap(const PhotoTask& task) {
  const Segmentation found = task.segmenter.Locate(task.image, task.classes);
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

void AddFlags(CLI::App& command, PhotoFlags& flags) {
  command
      .add_option("--truth", flags.truth,
                  "folder (or file) with masks, or a VOC devkit: the manifest and --explain also "
                  "say how much of the heat lies in the true object")
      ->option_text("GT");
  command.add_flag_callback(
      "--explain", [&flags] { flags.also_save.push_back("explanation"); },
      "also write a sheet of the best classes with their heat maps (--save explanation)");
  const auto attack = [&flags](const std::string& epsilon) {
    flags.also_save.push_back("adversarial");
    flags.recipe.stage_options["saliency.epsilon"] = epsilon;
  };
  command
      .add_option_function<std::string>("--adversarial", attack,
                                        "also write how a change of each value by EPS grey levels, "
                                        "1 to 255, changes the best class "
                                        "(--save adversarial with --saliency.epsilon EPS)")
      ->option_text("EPS");
}

}  // namespace

void AddSaliencyCommand(CLI::App& app, ExitStatus& status) {
  AddPhotoCommand(
      app, status,
      {"saliency",
       "make heat maps: where the classifier looks",
       {OutputKind::kHeatMap, OutputKind::kProbability, OutputKind::kOverlay,
        OutputKind::kExplanation, OutputKind::kAdversarial},
       MakeHeatMap,
       {"gradcut saliency photos -o heat",
        "gradcut saliency photos -o numbers --save probability --class tabby",
        "gradcut saliency photos -o viridis --save heatmap,overlay --colour-map viridis",
        "gradcut saliency photos -o why --explain",
        "gradcut saliency photos -o where --explain --truth masks"},
       AddFlags});
}

}  // namespace gradcut
