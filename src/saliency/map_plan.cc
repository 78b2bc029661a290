#include "saliency/map_plan.h"

#include "gradcut/saliency/saliency.h"

namespace gradcut {
namespace {

std::string DefaultLayer(const Method& method, const Network& network) {
  if (!LooksAtLayer(method.source) || network.layers().empty()) return "";
  return method.source == MapSource::kStride16Layer ? FeatureLayer(network.layers()).name
                                                    : network.layers().back().name;
}

}  // namespace

std::vector<PlannedMap> PlanMaps(const SaliencyOptions& options, const Network& network) {
  std::vector<PlannedMap> plan;
  for (const auto& [method, weight] : WeightedMethods(options)) {
    if (!LooksAtLayer(method->source) || options.layers.empty())
      plan.push_back({method, DefaultLayer(*method, network), weight});
    else
      for (const std::string& layer : options.layers) plan.push_back({method, layer, weight});
  }
  return plan;
}

}  // namespace gradcut
