#include "cli/photo_command.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/render.h"

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
    default:
      throw std::logic_error("not an output of this command");
  }
}

Product MakeMask(const PhotoTask& task) {
  const Segmentation segmentation = task.segmenter.Segment(task.image, task.classes);
  Product product = MakeProduct(segmentation, task.kinds,
                                [&](OutputKind kind) { return Encode(kind, task, segmentation); });
  product.entry["area"] = static_cast<double>(cv::countNonZero(segmentation.mask)) /
                          static_cast<double>(segmentation.mask.total());
  product.entry["confidence"] = segmentation.confidence;
  return product;
}

[[maybe_unused]] const bool kDefined =
    mask_body.Define([](const PhotoFlags& flags) { return RunOnPhotos("mask", flags, MakeMask); });

}  // namespace
}  // namespace gradcut
