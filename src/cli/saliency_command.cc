#include "cli/commands.h"
#include "cli/photo_command.h"
#include "gradcut/io/npy.h"
#include "gradcut/segment/render.h"

namespace gradcut {
namespace {

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

Product MakeHeatMap(const Segmenter& segmenter, const std::vector<int>& classes,
                    const std::vector<OutputKind>& kinds, const cv::Mat& image) {
  const Segmentation found = segmenter.Locate(image, classes);
  Product product = MakeProduct(
      found, kinds, [&](OutputKind kind) { return Encode(kind, image, found.heat_map); });
  if (found.completeness)
    product.entry["completeness"] = {{"attributions", found.completeness->attributions},
                                     {"difference", found.completeness->difference}};
  return product;
}

}  // namespace

void AddSaliencyCommand(CLI::App& app, ExitStatus& status) {
  AddPhotoCommand(app, status,
                  {"saliency",
                   "make heat maps: where the classifier looks",
                   {OutputKind::kHeatMap, OutputKind::kProbability, OutputKind::kOverlay},
                   MakeHeatMap});
}

}  // namespace gradcut
