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

#include <functional>
#include <map>
#include <stdexcept>

namespace gradcut {
namespace {

using Options = SaliencyOptions;
using Run = std::function<RawMap(const ScoredImage&, const std::string&, const Options&)>;

Run Pixels(cv::Mat (*map)(const ScoredImage&, ChannelReduction)) {
  return [map](const ScoredImage& image, const std::string&, const Options& options) {
    return RawMap{map(image, options.reduction)};
  };
}

Run Smooth(SmoothGradKind kind) {
  return [kind](const ScoredImage& image, const std::string&, const Options& options) {
    return RawMap{SmoothGrad(image, kind, options.reduction, options.smooth_grad)};
  };
}

Run Layer(cv::Mat (*map)(const ScoredImage&, const std::string&)) {
  return [map](const ScoredImage& image, const std::string& layer, const Options&) {
    return RawMap{map(image, layer)};
  };
}

RawMap Integrated(const ScoredImage& image, const std::string&, const Options& options) {
  const IntegratedMap found =
      IntegratedGradients(image, options.reduction, options.integrated_gradients);
  return {found.map, found.completeness};
}

RawMap Occluded(const ScoredImage& image, const std::string&, const Options& options) {
  return {Occlusion(image, options.occlusion)};
}

const std::map<std::string_view, Run>& Runs() {
  static const std::map<std::string_view, Run> runs = {
      {"gradient", Pixels(InputGradient)},
      {"gradient_x_input", Pixels(GradientTimesInput)},
      {"smooth_grad", Smooth(SmoothGradKind::kMean)},
      {"smooth_grad_squared", Smooth(SmoothGradKind::kSquared)},
      {"var_grad", Smooth(SmoothGradKind::kVariance)},
      {"integrated_gradients", Integrated},
      {"guided_backprop", Pixels(GuidedBackprop)},
      {"occlusion", Occluded},
      {"hidden_gradient", Layer(HiddenGradient)},
      {"grad_cam", Layer(GradCam)},
      {"grad_cam_plus_plus", Layer(GradCamPlusPlus)},
      {"xgrad_cam", Layer(XGradCam)},
      {"hires_cam", Layer(HiResCam)},
      {"layer_cam", Layer(LayerCam)},
      {"score_cam", Layer(ScoreCam)},
      {"cam", Layer(ClassActivationMap)},
  };
  return runs;
}

}  // namespace

const Method& MethodNamed(std::string_view name) {
  for (const Method& method : kMethods)
    if (method.name == name) return method;
  throw std::logic_error("there is no method " + std::string(name));
}

RawMap RunMethod(const Method& method, const ScoredImage& image, const std::string& layer,
                 const SaliencyOptions& options) {
  return Runs().at(method.name)(image, layer, options);
}

}  // namespace gradcut
