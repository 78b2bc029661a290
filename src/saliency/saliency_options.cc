#include "gradcut/saliency/saliency_options.h"

#include "gradcut/core/error.h"
#include "saliency/methods.h"

#include <algorithm>
#include <stdexcept>

namespace gradcut {

void Describe(SaliencyOptions& o, OptionList& list) {
  list.Names("saliency.method", o.methods, SaliencyMethods(),
             "how the heat map is made; several count alike");
  list.Names(
      "saliency.layer", o.layers, {},
      "layers that the method looks at (`gradcut models info MODEL` lists them); empty: the last "
      "one");
  list.Integers("saliency.scales", o.scales, 0, 2048,
                "longer sides of the network's input, pixels, a pass each; 0: its native square");
  list.Boolean("saliency.mirror", o.mirror, "each pass also on the mirrored image");
  list.Integer("saliency.top_classes", o.top_classes, 1, 1000,
               "best-scoring classes to look for when no --class is given");
  list.Choice(
      "saliency.score", o.score,
      {{"logit", ScoreKind::kLogit}, {"log_probability", ScoreKind::kLogProbability}},
      "what is explained: the score before the softmax, or the class rather than the others");
  list.Number("saliency.input_gradient", o.input_gradient, 0, 100,
              "weight of the gradient with respect to the input in method fused");
  list.Number(
      "saliency.hidden_gradient", o.hidden_gradient, 0, 100,
      "weight of the gradient with respect to the last stride-16 activations in method fused");
  list.Number("saliency.layer_cam", o.layer_cam, 0, 100,
              "weight of LayerCAM on the last layer in method fused");
  list.Choice("saliency.reduction", o.reduction,
              {{"maximum", ChannelReduction::kMaximum},
               {"sum_of_squares", ChannelReduction::kSumOfSquares}},
              "how what red, green and blue have becomes one number");
  list.Number("saliency.blur", o.blur, 0, 0.5,
              "standard deviation of the blur of maps by single pixels, as a share of the shorter "
              "side");
  list.Integer("saliency.samples", o.smooth_grad.samples, 1, 10000,
               "noisy copies of the image for SmoothGrad and VarGrad");
  list.Number("saliency.noise", o.smooth_grad.noise, 0, 10,
              "standard deviation of their noise, as a share of the input's range");
  list.Integer("saliency.steps", o.integrated_gradients.steps, 1, 10000,
               "steps of Integrated Gradients from the baseline to the image");
  list.Choice("saliency.baseline", o.integrated_gradients.baseline,
              {{"black", Baseline::kBlack}, {"mean", Baseline::kMean}},
              "where Integrated Gradients starts: black, or the classifier's mean colour");
  list.Integer("saliency.window", o.occlusion.window, 1, 2048,
               "side of the square that hides a part in occlusion, pixels of the network's input");
  list.Integer("saliency.window_step", o.occlusion.step, 1, 2048,
               "from one place of that square to the next, pixels; at most its side");
  list.Integer("saliency.epsilon", o.epsilon, 1, 255,
               "change of each value that fast gradient sign makes (--adversarial), grey levels");
  list.Integer("saliency.memory", o.memory, 1, 1'000'000,
               "what is computed at once on a GPU, MB; a CPU takes one input after the other");
}

void CheckSaliencyOptions(const SaliencyOptions& options) {
  Validate(options);
  const bool fused =
      std::find(options.methods.begin(), options.methods.end(), "fused") != options.methods.end();
  Require(
      !fused || options.input_gradient + options.hidden_gradient + options.layer_cam > 0,
      "saliency.input_gradient, hidden_gradient and layer_cam are all 0: method fused needs one "
      "of them");
  Require(options.occlusion.step <= options.occlusion.window,
          "saliency.window_step = {}, must be at most saliency.window, {}: pixels between the "
          "squares would never be hidden",
          options.occlusion.step, options.occlusion.window);
}

const Method& MethodNamed(std::string_view name) {
  for (const Method& method : kMethods)
    if (method.name == name) return method;
  throw std::logic_error("there is no method " + std::string(name));
}

std::vector<std::pair<const Method*, double>> WeightedMethods(const SaliencyOptions& options) {
  std::vector<std::pair<const Method*, double>> methods;
  const auto add = [&methods](std::string_view name, double weight) {
    if (weight != 0) methods.emplace_back(&MethodNamed(name), weight);
  };
  for (const std::string& name : options.methods) {
    if (name != "fused") {
      add(name, 1);
      continue;
    }
    add("gradient", options.input_gradient);
    add("hidden_gradient", options.hidden_gradient);
    add("layer_cam", options.layer_cam);
  }
  return methods;
}

std::size_t MapCount(const SaliencyOptions& options) {
  std::size_t count = 0;
  for (const auto& [method, weight] : WeightedMethods(options))
    count += LooksAtLayer(method->source) ? std::max<std::size_t>(1, options.layers.size()) : 1;
  return count;
}

std::vector<std::string> SaliencyMethods() {
  std::vector<std::string> names = {"fused"};
  for (const Method& method : kMethods) names.emplace_back(method.name);
  return names;
}

}  // namespace gradcut
