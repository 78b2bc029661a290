#include "gradcut/saliency/saliency_checks.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "saliency/map_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace gradcut {
namespace {

void CheckLayers(const SaliencyOptions& options, const Classifier& classifier) {
  std::vector<std::string> known;
  for (const NetworkLayer& layer : classifier.network().layers()) known.push_back(layer.name);
  for (const std::string& name : options.layers) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    auto near = NearestNames(name, known);
    if (near.empty() && !known.empty()) near = {known.back()};
    throw OptionError(
        "saliency.layer",
        fmt::format("saliency.layer = {}: {} has no such layer; did you mean {}? `gradcut models "
                    "info MODEL` lists them",
                    Printable(name), Printable(classifier.info().architecture),
                    Printable(fmt::format("{}", fmt::join(near, ", ")))));
  }
}

void CheckMap(const PlannedMap& map, const Classifier& classifier) {
  const auto& layers = classifier.network().layers();
  const std::string file = Printable(classifier.info().file);
  if (!LooksAtLayer(map.method->source)) return;
  Require(!layers.empty(),
          "{}: names no layers, which saliency.method {} looks at: let the program return "
          "activations and name them under `layers` in its .toml file, or use --method gradient",
          file, map.method->name);
  if (map.method->source != MapSource::kHead) return;
  if (map.layer != layers.back().name)
    throw OptionError(
        "saliency.layer",
        fmt::format("saliency.layer = {}: method {} looks at the last layer, {}, alone", map.layer,
                    map.method->name, layers.back().name));
  if (!classifier.network().pooled_head().weights.defined())
    throw OptionError(
        "saliency.method",
        fmt::format("saliency.method = {}: the head of {} is not a linear map of mean "
                    "activations; take grad_cam",
                    map.method->name, file));
}

}  // namespace

void CheckSaliencyOptions(const SaliencyOptions& options, const Classifier& classifier) {
  CheckSaliencyOptions(options);
  const std::vector<PlannedMap> plan = PlanMaps(options, classifier.network());
  for (const PlannedMap& map : plan) CheckMap(map, classifier);
  CheckLayers(options, classifier);
  const bool uses_layers = std::any_of(plan.begin(), plan.end(), [](const PlannedMap& map) {
    return LooksAtLayer(map.method->source);
  });
  if (!options.layers.empty() && !uses_layers)
    throw OptionError("saliency.layer",
                      fmt::format("saliency.layer = {}: method {} looks at no layer",
                                  fmt::join(options.layers, ","), fmt::join(options.methods, ",")));
}

}  // namespace gradcut
