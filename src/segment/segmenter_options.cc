#include "gradcut/segment/segmenter_options.h"

namespace gradcut {

void Describe(SegmenterOptions& o, OptionList& list) {
  Describe(o.saliency, list);
  Describe(static_cast<CutOptions&>(o), list);
  list.Integers("segment.more_scales", o.more_scales, 32, 2048,
                "longer sides of the network's input at which the whole prior is found again, "
                "pixels",
                /*may_be_empty=*/true);
  list.Boolean("segment.second_look", o.second_look,
               "look again at the surroundings of the first mask alone");
}

void CheckSegmenterOptions(const SegmenterOptions& options) {
  Validate(options);
  CheckSaliencyOptions(options.saliency);
  CheckCutOptions(options);
}

bool DecidesHeatMap(std::string_view key) {
  SaliencyOptions options;
  OptionList list;
  Describe(options, list);
  return list.Find(key) != nullptr || key == "segment.more_scales";
}

bool DecidesLocation(std::string_view key, const SegmenterOptions& options) {
  if (options.second_look || key == "segment.second_look" || DecidesHeatMap(key)) return true;
  if (key == "location.slope" || key == "location.threshold") return false;
  return key.starts_with("location.") || key == "segment.max_megapixels";
}

SegmenterOptions PresetOptions(const std::string& preset) {
  SegmenterOptions options = {PresetCut(preset)};
  if (preset == "classic") return options;
  options.saliency = {.scales = {320}, .top_classes = 5, .input_gradient = 0, .hidden_gradient = 1};
  if (preset == "best") {
    options.more_scales = {448};
    options.second_look = true;
  }
  return options;
}

}  // namespace gradcut
