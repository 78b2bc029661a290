#include "gradcut/cut/cut_options.h"

#include "cut/cutter.h"
#include "gradcut/core/error.h"

#include <fmt/ranges.h>

namespace gradcut {
namespace {

CutOptions Fast() {
  CutOptions options;
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

CutOptions Best() {
  CutOptions options = Fast();
  options.max_megapixels = 0.5;
  return options;
}

}  // namespace

void Describe(CutOptions& o, OptionList& list) {
  Describe(o.location, list);
  Describe(o.seeds, list);
  Describe(o.colour, list);
  Describe(o.graphcut, list);
  Describe(o.mask, list);
  Describe(o.hints, list);
  DescribeCutting(o.max_megapixels, o.outline, o.rounds, list);
}

void CheckCutOptions(const CutOptions& options) {
  Validate(options);
  CheckLocationOptions(options.location);
  CheckSeedOptions(options.seeds);
}

std::vector<std::string> PresetNames() { return {"fast", "best", "classic"}; }

CutOptions PresetCut(const std::string& preset) {
  if (preset == "fast") return Fast();
  if (preset == "best") return Best();
  Require(preset == "classic", "unknown preset '{}': expected {}", preset,
          fmt::join(PresetNames(), ", "));
  return {};
}

}  // namespace gradcut
