#include "workflow/mask_product.h"

#include "gradcut/image/image_io.h"
#include "gradcut/render/render.h"
#include "gradcut/tensor/npy.h"
#include "workflow/instances.h"

#include <opencv2/core.hpp>
#include <stdexcept>

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
    case OutputKind::kCutoutWebp:
    case OutputKind::kCutoutJpeg:
      return task.cutouts.Encode(task.photo, segmentation.mask);
    case OutputKind::kInstances:
      return EncodePng(InstanceIds(segmentation.instances, segmentation.mask.size()));
    default:
      throw std::logic_error("not an output of this command");
  }
}

}  // namespace

Product MaskProduct(const PhotoTask& task, const Segmentation& segmentation) {
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

}  // namespace gradcut
