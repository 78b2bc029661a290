#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/recipe.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/render.h"

#include <memory>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

const std::vector<OutputKind> kKinds = {OutputKind::kHeatMap, OutputKind::kProbability,
                                        OutputKind::kOverlay};

struct SaliencyFlags {
  BatchFlags batch;
  RecipeFlags recipe;
};

std::vector<std::uint8_t> Encode(OutputKind kind, const cv::Mat& image, const cv::Mat& heat_map) {
  switch (kind) {
    case OutputKind::kHeatMap:
      return EncodePng(ColourHeatMap(heat_map));
    case OutputKind::kProbability:
      return EncodeNpy(heat_map);
    case OutputKind::kOverlay:
      return EncodeJpeg(HeatMapOverlay(image, heat_map), kOverlayQuality);
    default:
      throw std::logic_error("not an output of this command");
  }
}

ExitStatus RunSaliency(const SaliencyFlags& flags) {
  const std::vector<OutputKind> kinds = ParseOutputs(flags.batch.save, kKinds);
  CheckBatchFlags(flags.batch, kinds);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  const auto classifier = LoadClassifier(recipe);
  const std::vector<int> classes = ResolveClasses(*classifier, recipe.classes);
  const Segmenter segmenter(classifier, recipe.options);

  BatchJob job = MakeJob("saliency", recipe, *classifier);
  job.outputs = kinds;
  job.process = [&](const cv::Mat& image) {
    Segmentation found = segmenter.Locate(image, classes);
    Product product = EncodeAll(
        kinds, [&](OutputKind kind) { return Encode(kind, image, found.heat_map); },
        std::move(found.milliseconds));
    product.entry = ClassesToJson(found.classes);
    if (!found.note.empty()) product.entry["note"] = found.note;
    return product;
  };
  return RunBatch(flags.batch, job);
}

}  // namespace

void AddSaliencyCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<SaliencyFlags>();
  flags->batch.save = {"heatmap"};
  CLI::App& command = *app.add_subcommand("saliency", "make heat maps: where the classifier looks");
  AddBatchFlags(command, flags->batch, kKinds);
  AddRecipeFlags(command, flags->recipe);
  command.callback([flags, &status] { status = RunSaliency(*flags); });
}

}  // namespace gradcut
