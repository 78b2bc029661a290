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
#include "saliency/attributions.h"
#include "saliency/reduce.h"
#include "saliency/scored_input.h"

#include <functional>
#include <map>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

using Options = SaliencyOptions;
using Run = std::function<RawMap(const ScoredImage&, const std::string&, const Options&)>;

RawMap Gradient(const ScoredImage& image, const std::string&, const Options& options) {
  const at::Tensor& found = image.input().InputGradient();
  return {Reduce(found, options.reduction), SumOfColours(found)};
}

RawMap GradientByInput(const ScoredImage& image, const std::string&, const Options& options) {
  const at::Tensor found = image.input().InputGradient() * image.input().tensor();
  return {Reduce(found, options.reduction), SumOfColours(found)};
}

RawMap Smooth(const ScoredImage& image, const std::string&, const Options& options) {
  const at::Tensor found = SmoothAttributions(image, SmoothGradKind::kMean, options.smooth_grad);
  return {Reduce(found, options.reduction), SumOfColours(found)};
}

// Squares have no sign.
Run Squares(SmoothGradKind kind) {
  return [kind](const ScoredImage& image, const std::string&, const Options& options) {
    const cv::Mat map = SmoothGrad(image, kind, options.reduction, options.smooth_grad);
    return RawMap{map, map};
  };
}

RawMap Guided(const ScoredImage& image, const std::string&, const Options& options) {
  const at::Tensor found = GuidedAttributions(image);
  return {Reduce(found, options.reduction), SumOfColours(found)};
}

RawMap Integrated(const ScoredImage& image, const std::string&, const Options& options) {
  const auto [found, completeness] = IntegratedAttributions(image, options.integrated_gradients);
  return {Reduce(found, options.reduction), SumOfColours(found), completeness};
}

RawMap Occluded(const ScoredImage& image, const std::string&, const Options& options) {
  const cv::Mat map = Occlusion(image, options.occlusion);
  return {map, map};
}

Run Layer(cv::Mat (*map)(const ScoredImage&, const std::string&)) {
  return [map](const ScoredImage& image, const std::string& layer, const Options&) {
    const cv::Mat found = map(image, layer);
    return RawMap{found, found};
  };
}

// Methods that end with a ReLU: it is left to here.
Run Rectified(cv::Mat (*map)(const ScoredImage&, const std::string&, MapSign)) {
  return [map](const ScoredImage& image, const std::string& layer, const Options&) {
    RawMap found = {{}, map(image, layer, MapSign::kBoth)};
    found.map = found.attributions.clone();
    found.map.setTo(0, found.attributions < 0);
    return found;
  };
}

const std::map<std::string_view, Run>& Runs() {
  static const std::map<std::string_view, Run> runs = {
      {"gradient", Gradient},
      {"gradient_x_input", GradientByInput},
      {"smooth_grad", Smooth},
      {"smooth_grad_squared", Squares(SmoothGradKind::kSquared)},
      {"var_grad", Squares(SmoothGradKind::kVariance)},
      {"integrated_gradients", Integrated},
      {"guided_backprop", Guided},
      {"occlusion", Occluded},
      {"hidden_gradient", Layer(HiddenGradient)},
      {"grad_cam", Rectified(GradCam)},
      {"grad_cam_plus_plus", Rectified(GradCamPlusPlus)},
      {"xgrad_cam", Rectified(XGradCam)},
      {"hires_cam", Rectified(HiResCam)},
      {"layer_cam", Rectified(LayerCam)},
      {"score_cam", Rectified(ScoreCam)},
      {"cam", Layer(ClassActivationMap)},
  };
  return runs;
}

}  // namespace

RawMap RunMethod(const Method& method, const ScoredImage& image, const std::string& layer,
                 const SaliencyOptions& options) {
  return Runs().at(method.name)(image, layer, options);
}

}  // namespace gradcut
