// The methods by name. A new one is a header, a source file and a line here.
#include "saliency/methods.h"

#include "gradcut/saliency/cam.h"
#include "gradcut/saliency/grad_cam.h"
#include "gradcut/saliency/grad_cam_plus_plus.h"
#include "gradcut/saliency/guided_backprop.h"
#include "gradcut/saliency/hidden_gradient.h"
#include "gradcut/saliency/hires_cam.h"
#include "gradcut/saliency/layer_cam.h"
#include "gradcut/saliency/score_cam.h"
#include "gradcut/saliency/xgrad_cam.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

using Options = SaliencyOptions;

Method Pixels(std::string_view name, cv::Mat (*map)(const ScoredImage&, ChannelReduction)) {
  return {name, Evidence::kInputGradient, /*speckled=*/true,
          [map](const ScoredImage& image, const std::string&, const Options& options) {
            return RawMap{map(image, options.reduction)};
          }};
}

Method Smooth(std::string_view name, SmoothGradKind kind) {
  return {name, Evidence::kOtherInputs, /*speckled=*/true,
          [kind](const ScoredImage& image, const std::string&, const Options& options) {
            return RawMap{SmoothGrad(image, kind, options.reduction, options.smooth_grad)};
          }};
}

Method Layer(std::string_view name, cv::Mat (*map)(const ScoredImage&, const std::string&),
             Evidence evidence = Evidence::kLastLayer) {
  return {name, evidence, /*speckled=*/false,
          [map](const ScoredImage& image, const std::string& layer, const Options&) {
            return RawMap{map(image, layer)};
          }};
}

std::vector<Method> MakeMethods() {
  Method guided = Pixels("guided_backprop", GuidedBackprop);
  guided.evidence = Evidence::kOtherInputs;
  return {
      Pixels("gradient", InputGradient),
      Pixels("gradient_x_input", GradientTimesInput),
      Smooth("smooth_grad", SmoothGradKind::kMean),
      Smooth("smooth_grad_squared", SmoothGradKind::kSquared),
      Smooth("var_grad", SmoothGradKind::kVariance),
      {"integrated_gradients", Evidence::kOtherInputs, /*speckled=*/true,
       [](const ScoredImage& image, const std::string&, const Options& options) {
         const IntegratedMap found =
             IntegratedGradients(image, options.reduction, options.integrated_gradients);
         return RawMap{found.map, found.completeness};
       }},
      guided,
      {"occlusion", Evidence::kOtherInputs, /*speckled=*/false,
       [](const ScoredImage& image, const std::string&, const Options& options) {
         return RawMap{Occlusion(image, options.occlusion)};
       }},
      Layer("hidden_gradient", HiddenGradient, Evidence::kStride16Layer),
      Layer("grad_cam", GradCam),
      Layer("grad_cam_plus_plus", GradCamPlusPlus),
      Layer("xgrad_cam", XGradCam),
      Layer("hires_cam", HiResCam),
      Layer("layer_cam", LayerCam),
      Layer("score_cam", ScoreCam),
      Layer("cam", ClassActivationMap, Evidence::kHead),
  };
}

}  // namespace

std::span<const Method> Methods() {
  static const std::vector<Method> methods = MakeMethods();
  return methods;
}

const Method& MethodNamed(std::string_view name) {
  for (const Method& method : Methods())
    if (method.name == name) return method;
  throw std::logic_error("there is no method " + std::string(name));
}

std::vector<std::string> SaliencyMethods() {
  std::vector<std::string> names = {"fused"};
  for (const Method& method : Methods()) names.emplace_back(method.name);
  return names;
}

}  // namespace gradcut
