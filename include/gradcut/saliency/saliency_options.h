#pragma once

#include "gradcut/core/options.h"
#include "gradcut/saliency/gradient.h"
#include "gradcut/saliency/integrated_gradients.h"
#include "gradcut/saliency/occlusion.h"
#include "gradcut/saliency/scored_image.h"
#include "gradcut/saliency/smooth_grad.h"

#include <cstddef>
#include <string>
#include <vector>

namespace gradcut {

/// A heat map is a weighted sum of maps of the same score, each scaled to [0, 1] after it was added
/// up over all passes.
struct SaliencyOptions {
  /// Names out of `SaliencyMethods`. Several count alike; `fused` is up to three maps, weighted by
  /// the fields below.
  std::vector<std::string> methods = {"fused"};
  /// Names of the layers that methods look at that need one, a map each. Empty: the last layer
  /// that `gradcut models info` lists; `hidden_gradient` then takes the last one of stride 16.
  std::vector<std::string> layers = {};
  /// A pass at each of these: longer sides of the network's input, pixels; sides are rounded to
  /// multiples of 32 and the aspect is kept. 0: the network's native square, aspect not kept. The
  /// heat map has the size of the first.
  std::vector<int> scales = {0};
  /// Each pass a second time, with the image mirrored.
  bool mirror = false;
  /// How many of the best-scoring classes are looked for when none is named. Their logits are
  /// weighted by their softmax probabilities, renormalised.
  int top_classes = 1;
  ScoreKind score = ScoreKind::kLogit;
  /// Weight of the gradient with respect to the input (`InputGradient`, blurred) in `fused`.
  double input_gradient = 1;
  /// Weight of `HiddenGradient` in `fused`.
  double hidden_gradient = 0;
  /// Weight of `LayerCam` in `fused`.
  double layer_cam = 0;
  ChannelReduction reduction = ChannelReduction::kMaximum;
  /// Standard deviation of the Gaussian that turns the speckle of gradients by single pixels into a
  /// density, as a share of the map's shorter side. 0: none.
  double blur = 0.07;
  SmoothGradOptions smooth_grad = {};
  IntegratedGradientsOptions integrated_gradients = {};
  OcclusionOptions occlusion = {};
  /// Of `FastGradientSign`, grey levels: no part of the heat map.
  int epsilon = 4;
  /// What is computed at once on a GPU, MB: see `ScoredImage`.
  int memory = 4096;
};

void Describe(SaliencyOptions& options, OptionList& list);

/// Throws `Error` for options out of range, or when no map has a weight.
void CheckSaliencyOptions(const SaliencyOptions& options);

/// How many maps the options add up to a heat map: one for each method, layer, and part of `fused`.
std::size_t MapCount(const SaliencyOptions& options);

/// The names of all methods, `fused` first.
std::vector<std::string> SaliencyMethods();

}  // namespace gradcut
