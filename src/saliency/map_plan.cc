#include "saliency/map_plan.h"

#include "saliency/layers.h"

namespace gradcut {
namespace {

std::string DefaultLayer(const Method& method, const Network& network) {
  if (!LooksAtLayer(method.source) || network.layers().empty()) return "";
  return method.source == MapSource::kStride16Layer ? FeatureLayer(network)->name
                                                    : network.layers().back().name;
}

}  // namespace

std::vector<PlannedMap> PlanMaps(const SaliencyOptions& options, const Network& network) {
  std::vector<PlannedMap> plan;
  const auto add = [&](const Method& method, double weight) {
    if (weight == 0) return;
    if (!LooksAtLayer(method.source) || options.layers.empty())
      plan.push_back({&method, DefaultLayer(method, network), weight});
    else
      for (const std::string& layer : options.layers) plan.push_back({&method, layer, weight});
  };
  for (const std::string& name : options.methods) {
    if (name != "fused") {
      add(MethodNamed(name), 1);
      continue;
    }
    add(MethodNamed("gradient"), options.input_gradient);
    add(MethodNamed("hidden_gradient"), options.hidden_gradient);
    add(MethodNamed("layer_cam"), options.layer_cam);
  }
  return plan;
}

}  // namespace gradcut
