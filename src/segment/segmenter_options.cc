#include "gradcut/segment/segmenter_options.h"

#include "gradcut/core/error.h"
#include "segment/cutter.h"

#include <fmt/ranges.h>

namespace gradcut {
namespace {

SegmenterOptions Fast() {
  SegmenterOptions options;
  options.saliency = {.scales = {320}, .top_classes = 5, .input_gradient = 0, .hidden_gradient = 1};
  options.location = {.saliency = 1,
                      .features = 1,
                      .objectness = 4,
                      .diffusion = 0.99,
                      .slope = 14,
                      .threshold = 0.46};
  options.seeds.strength = 0;
  options.colour = {.sharpness = 1, .bins = 16, .smoothing = 1, .clip = 3};
  options.max_megapixels = 0.05;
  options.rounds = 2;
  return options;
}

SegmenterOptions Best() {
  SegmenterOptions options = Fast();
  options.more_scales = {448};
  options.max_megapixels = 0.5;
  options.second_look = true;
  return options;
}

}  // namespace

void Describe(SegmenterOptions& o, OptionList& list) {
  Describe(o.saliency, list);
  Describe(o.location, list);
  Describe(o.seeds, list);
  Describe(o.colour, list);
  Describe(o.graphcut, list);
  Describe(o.mask, list);
  Describe(o.hints, list);
  DescribeCutting(o.max_megapixels, o.rounds, list);
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
  CheckLocationOptions(options.location);
  CheckSeedOptions(options.seeds);
}

bool DecidesLocation(std::string_view key) {
  SaliencyOptions options;
  OptionList list;
  Describe(options, list);
  return list.Find(key) != nullptr || key == "segment.more_scales";
}

std::vector<std::string> PresetNames() { return {"fast", "best", "classic"}; }

SegmenterOptions PresetOptions(const std::string& preset) {
  if (preset == "fast") return Fast();
  if (preset == "best") return Best();
  Require(preset == "classic", "unknown preset '{}': expected {}", preset,
          fmt::join(PresetNames(), ", "));
  return {};
}

}  // namespace gradcut
