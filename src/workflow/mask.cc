#include "gradcut/workflow/mask.h"

#include "gradcut/core/error.h"
#include "gradcut/recipe/engine.h"
#include "gradcut/workflow/kinds.h"
#include "workflow/instances.h"
#include "workflow/mask_product.h"
#include "workflow/photo_run.h"

#include <algorithm>

namespace gradcut {
namespace {

Product MakeMask(const PhotoTask& task) {
  if (!task.hints.empty())
    return MaskProduct(task, SegmentWithHints(task.segmenter(), task.image, task.hints,
                                              task.classes(), task.classes_of));
  const auto [segmentation, network] = SegmentInTurn(task.networks, task.image);
  Product product = MaskProduct(task, segmentation);
  if (task.networks.size() > 1) product.entry["model"] = task.networks[network].name;
  return product;
}

}  // namespace

BatchSummary MakeMasks(const PhotoOptions& given, const RunControl& control) {
  const auto saves = [&](OutputKind kind) {
    return std::find(given.save.begin(), given.save.end(), kind) != given.save.end();
  };
  PhotoOptions options = given;
  options.recipe.options.maps = saves(OutputKind::kHeatMap) || saves(OutputKind::kProbability);
  const bool instances = saves(OutputKind::kInstances);
  if (instances && options.hints.empty())
    throw UsageError("--save instances: needs boxes; give --hints");
  if (!options.hints.empty() && RecipeOfEach(options.recipe).size() > 1)
    throw UsageError("--hints: goes with one --model");
  std::vector<std::filesystem::path> side_files;
  if (instances) side_files.emplace_back(kInstancesFile);
  BatchSummary summary = RunOnPhotos("mask", options, MaskKinds(), MakeMask, control, side_files);
  // Of shards, `Merge` writes them, which knows of all photos.
  const bool is_shard = options.batch.shard && options.batch.shard->count > 1;
  if (instances && !is_shard && !summary.interrupted && !summary.folder.empty())
    WriteInstances(summary.folder);
  return summary;
}

}  // namespace gradcut
