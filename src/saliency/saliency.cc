#include "gradcut/saliency/saliency.h"

#include "gradcut/core/image.h"
#include "saliency/layers.h"
#include "saliency/map_plan.h"
#include "saliency/map_sum.h"
#include "saliency/scored_input.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

cv::Mat Blurred(const cv::Mat& map, double share) {
  if (!(share > 0)) return map;
  const double sigma = share * std::min(map.rows, map.cols);
  cv::Mat blurred;
  cv::GaussianBlur(map, blurred, {0, 0}, sigma, sigma, cv::BORDER_REFLECT_101);
  return blurred;
}

// What one pass must bring for all maps of a plan.
Needs NeedsOf(const std::vector<PlannedMap>& plan) {
  Needs needs;
  for (const auto& [method, layer, weight] : plan) {
    if (method->source == MapSource::kInputGradient) needs.input_gradient = true;
    if (LooksAtLayer(method->source) &&
        std::find(needs.layers.begin(), needs.layers.end(), layer) == needs.layers.end())
      needs.layers.push_back(layer);
  }
  return needs;
}

// All passes over one image.
class Passes {
 public:
  Passes(const Classifier& classifier, const cv::Mat& image, const std::vector<int>& classes,
         const SaliencyOptions& options, const std::vector<std::string>& layers)
      : image_(image),
        options_(options),
        layers_(layers),
        plan_(PlanMaps(options, classifier.network())),
        needs_(NeedsOf(plan_)),
        features_(FeatureLayer(classifier.network().layers()).name),
        native_size_(classifier.network().native_size()),
        size_(InputSize(image, options.scales.front(), native_size_)),
        first_(classifier, image, classes, {options.score, options.top_classes}, {size_},
               options.memory),
        sums_(plan_.size()) {}

  Saliency Run() {
    for (std::size_t i = 0; i < options_.scales.size(); ++i) {
      const cv::Size size = InputSize(image_, options_.scales[i], native_size_);
      if (i == 0)
        First();
      else
        Pass(first_.Viewed({size, /*mirrored=*/false}), /*mirrored=*/false);
      if (options_.mirror) Pass(first_.Viewed({size, /*mirrored=*/true}), /*mirrored=*/true);
    }
    return Fuse();
  }

 private:
  void First() {
    Needs needs = needs_;
    needs.seen = layers_;
    if (!features_.empty()) needs.seen.push_back(features_);
    first_.input().Prepare(needs);
    if (!features_.empty()) saliency_.features = ToFeatures(first_.input().Activations(features_));
    for (const std::string& layer : layers_)
      saliency_.layers.push_back(ToFeatures(first_.input().Activations(layer)));
    AddMaps(first_, /*mirrored=*/false);
  }

  void Pass(const ScoredImage& view, bool mirrored) {
    if (needs_.input_gradient || !needs_.layers.empty()) view.input().Prepare(needs_);
    AddMaps(view, mirrored);
  }

  void AddMaps(const ScoredImage& view, bool mirrored) {
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      const Method& method = *plan_[i].method;
      const RawMap raw = RunMethod(method, view, plan_[i].layer, options_);
      sums_[i].Add(method.speckled ? Blurred(raw.map, options_.blur) : raw.map, mirrored, size_);
      if (&view != &first_) continue;
      if (plan_.size() == 1) saliency_.attributions = raw.attributions;
      if (raw.completeness && !saliency_.completeness) saliency_.completeness = raw.completeness;
    }
  }

  Saliency Fuse() {
    MapSum fused;
    for (std::size_t i = 0; i < plan_.size(); ++i)
      if (const cv::Mat map = sums_[i].Scaled(saliency_.note); !map.empty())
        fused.Add(map * plan_[i].weight, /*mirrored=*/false, size_);
    saliency_.heat_map = fused.Scaled(saliency_.note);
    // A map without contrast beside one that has some is no reason to complain.
    if (!saliency_.heat_map.empty()) saliency_.note.clear();
    // What is left of a saturated score is rounding errors.
    if (const std::string reason = first_.input().score()->WhySaturated(); !reason.empty()) {
      saliency_.note = reason;
      saliency_.heat_map = cv::Mat();
    }
    if (saliency_.heat_map.empty()) saliency_.heat_map = cv::Mat::zeros(size_, CV_32FC1);
    saliency_.classes = first_.classes();
    return std::move(saliency_);
  }

  const cv::Mat& image_;
  const SaliencyOptions& options_;
  const std::vector<std::string>& layers_;  // That the caller wants to see.
  const std::vector<PlannedMap> plan_;
  const Needs needs_;
  const std::string features_;  // Of a layer; empty without layers.
  const int native_size_;
  const cv::Size size_;  // Of the heat map: the first pass's input.
  const ScoredImage first_;
  std::vector<MapSum> sums_;  // One a planned map.
  Saliency saliency_;
};

}  // namespace

NetworkLayer FeatureLayer(const std::vector<NetworkLayer>& layers) {
  constexpr int kStride = 16;
  NetworkLayer found = layers.empty() ? NetworkLayer() : layers.back();
  for (const NetworkLayer& layer : layers)
    if (layer.stride == kStride) found = layer;
  return found;
}

Saliency ComputeSaliency(const Classifier& classifier, const cv::Mat& image,
                         const std::vector<int>& classes, const SaliencyOptions& options,
                         const std::vector<std::string>& layers) {
  CheckSaliencyOptions(options, classifier);
  CheckImage(image, "ComputeSaliency: image");
  CheckLayers(classifier.network(), layers, "ComputeSaliency");
  return Passes(classifier, image, classes, options, layers).Run();
}

}  // namespace gradcut
