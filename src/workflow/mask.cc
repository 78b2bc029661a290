#include "gradcut/workflow/mask.h"

#include "gradcut/core/error.h"
#include "gradcut/image/image_io.h"
#include "gradcut/render/cutout.h"
#include "gradcut/render/render.h"
#include "gradcut/tensor/npy.h"
#include "gradcut/workflow/kinds.h"
#include "workflow/instances.h"
#include "workflow/photo_run.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

std::vector<std::uint8_t> Encode(OutputKind kind, const PhotoTask& task,
                                 const Segmentation& segmentation) {
  const RenderOptions& render = task.render;
  switch (kind) {
    case OutputKind::kMask:
      return EncodePng(segmentation.mask);
    case OutputKind::kHeatMap:
      return EncodePng(ColourHeatMap(segmentation.heat_map, render.colour_map));
    case OutputKind::kProbability:
      return EncodeNpy(segmentation.probability);
    case OutputKind::kOverlay:
      return EncodeJpeg(Overlay(task.image, segmentation.mask), kOverlayQuality);
    case OutputKind::kCutout:
      return EncodePng(Cutout(task.photo, segmentation.mask, render));
    case OutputKind::kInstances:
      return EncodePng(InstanceIds(segmentation.instances, segmentation.mask.size()));
    default:
      throw std::logic_error("not an output of this command");
  }
}

Segmentation SegmentPhoto(const PhotoTask& task) {
  if (task.hints.empty()) return task.segmenter.Segment(task.image, task.classes);
  return Session(task.segmenter, task.image, task.classes, task.classes_of).Segment(task.hints);
}

Product MakeMask(const PhotoTask& task) {
  const Segmentation segmentation = SegmentPhoto(task);
  Product product = MakeProduct(segmentation, task.kinds,
                                [&](OutputKind kind) { return Encode(kind, task, segmentation); });
  product.entry["area"] = static_cast<double>(cv::countNonZero(segmentation.mask)) /
                          static_cast<double>(segmentation.mask.total());
  product.entry["confidence"] = segmentation.confidence;
  if (!task.hints.empty())
    product.entry["hints"] = {{"boxes", task.hints.boxes.size()},
                              {"strokes", task.hints.strokes.size()}};
  if (!segmentation.instances.empty())
    product.entry["instances"] = InstancesToJson(segmentation.instances);
  return product;
}

}  // namespace

BatchSummary MakeMasks(const PhotoOptions& options, const RunControl& control) {
  const bool instances = std::find(options.save.begin(), options.save.end(),
                                   OutputKind::kInstances) != options.save.end();
  if (instances && options.hints.empty())
    throw UsageError("--save instances: needs boxes; give --hints");
  std::vector<std::filesystem::path> side_files;
  if (instances) side_files.emplace_back(kInstancesFile);
  const BatchSummary summary =
      RunOnPhotos("mask", options, MaskKinds(), MakeMask, control, side_files);
  if (instances && !summary.interrupted && !summary.folder.empty()) WriteInstances(summary.folder);
  return summary;
}

}  // namespace gradcut
