#include "gradcut/workflow/mask.h"

#include "gradcut/core/error.h"
#include "gradcut/workflow/kinds.h"
#include "workflow/instances.h"
#include "workflow/mask_product.h"
#include "workflow/photo_run.h"

#include <algorithm>

namespace gradcut {
namespace {

Product MakeMask(const PhotoTask& task) {
  return MaskProduct(task, SegmentWithHints(task.segmenter, task.image, task.hints, task.classes,
                                            task.classes_of));
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
