#include "cli/batch.h"
#include "cli/commands.h"
#include "cli/job.h"
#include "cli/recipe.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/render.h"

#include <fmt/format.h>

#include <memory>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

const std::vector<OutputKind> kKinds = {OutputKind::kMask, OutputKind::kHeatMap,
                                        OutputKind::kProbability, OutputKind::kOverlay,
                                        OutputKind::kCutout};

struct MaskFlags {
  BatchFlags batch;
  RecipeFlags recipe;
};

std::vector<std::uint8_t> Encode(OutputKind kind, const cv::Mat& image,
                                 const Segmentation& segmentation) {
  switch (kind) {
    case OutputKind::kMask:
      return EncodePng(segmentation.mask);
    case OutputKind::kHeatMap:
      return EncodePng(ColourHeatMap(segmentation.heat_map));
    case OutputKind::kProbability:
      return EncodeNpy(segmentation.probability);
    case OutputKind::kOverlay:
      return EncodeJpeg(Overlay(image, segmentation.mask), kOverlayQuality);
    case OutputKind::kCutout:
      return EncodePng(Cutout(image, segmentation.mask));
  }
  throw std::logic_error("unknown output kind");
}

ExitStatus RunMask(const MaskFlags& flags) {
  const std::vector<OutputKind> kinds = ParseOutputs(flags.batch.save, kKinds);
  CheckBatchFlags(flags.batch, kinds);
  const Recipe recipe = ResolveRecipe(flags.recipe);
  const auto classifier = LoadClassifier(recipe);
  const std::vector<int> classes = ResolveClasses(*classifier, recipe.classes);
  const Segmenter segmenter(classifier, recipe.options);

  BatchJob job = MakeJob("mask", recipe, *classifier);
  job.outputs = kinds;
  job.process = [&](const cv::Mat& image) {
    Segmentation segmentation = segmenter.Segment(image, classes);
    Product product = EncodeAll(
        kinds, [&](OutputKind kind) { return Encode(kind, image, segmentation); },
        std::move(segmentation.milliseconds));
    product.entry = ClassesToJson(segmentation.classes);
    product.entry["area"] = static_cast<double>(cv::countNonZero(segmentation.mask)) /
                            static_cast<double>(segmentation.mask.total());
    product.entry["confidence"] = segmentation.confidence;
    if (!segmentation.note.empty()) product.entry["note"] = segmentation.note;
    return product;
  };
  return RunBatch(flags.batch, job);
}

}  // namespace

void AddMaskCommand(CLI::App& app, ExitStatus& status) {
  const auto flags = std::make_shared<MaskFlags>();
  flags->batch.save = {"mask"};
  CLI::App& command = *app.add_subcommand("mask", "make object masks of photos");
  AddBatchFlags(command, flags->batch, kKinds);
  AddRecipeFlags(command, flags->recipe);
  command.callback([flags, &status] { status = RunMask(*flags); });
}

}  // namespace gradcut
