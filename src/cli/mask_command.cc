#include "cli/commands.h"
#include "cli/photo_command.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/render.h"

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

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
    default:
      throw std::logic_error("not an output of this command");
  }
}

Product MakeMask(const Segmenter& segmenter, const std::vector<int>& classes,
                 const std::vector<OutputKind>& kinds, const cv::Mat& image) {
  const Segmentation segmentation = segmenter.Segment(image, classes);
  Product product = MakeProduct(segmentation, kinds,
                                [&](OutputKind kind) { return Encode(kind, image, segmentation); });
  product.entry["area"] = static_cast<double>(cv::countNonZero(segmentation.mask)) /
                          static_cast<double>(segmentation.mask.total());
  product.entry["confidence"] = segmentation.confidence;
  return product;
}

}  // namespace

void AddMaskCommand(CLI::App& app, ExitStatus& status) {
  const std::vector<OutputKind> kinds = {OutputKind::kMask, OutputKind::kHeatMap,
                                         OutputKind::kProbability, OutputKind::kOverlay,
                                         OutputKind::kCutout};
  AddPhotoCommand(app, status, {"mask", "make object masks of photos", kinds, MakeMask});
}

}  // namespace gradcut
