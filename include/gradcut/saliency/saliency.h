#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/core/options.h"
#include "gradcut/model/classifier.h"

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// How the three colour channels of an input gradient become one number a pixel.
enum class ChannelReduction {
  kMaximum,       ///< max_c |dS/dx_c| (Simonyan et al. 2013, section 3.1).
  kSumOfSquares,  ///< sum_c (dS/dx_c)^2.
};

/// A heat map is a weighted sum of up to three maps of the same score S, each scaled to [0, 1]
/// after it was added up over all passes.
struct SaliencyOptions {
  /// How many of the best-scoring classes are looked for when none is named. Their logits are
  /// weighted by their softmax probabilities, renormalised.
  int top_classes = 1;
  /// Longer side of the network's input, pixels; sides are rounded to multiples of 32 and the
  /// aspect is kept. 0: the network's native square, aspect not kept.
  int size = 0;
  /// A second pass at this size. 0: none.
  int second_size = 0;
  /// Each pass a second time, with the image mirrored.
  bool mirror = false;
  /// Weight of the gradient by the input pixels, dS/dx, reduced over colours and blurred.
  double input_gradient = 1;
  /// Weight of the gradient by the activations A of the last stride-16 layer: its length over the
  /// channels, |dS/dA|, at each cell. What Simonyan et al. do to pixels, done to parts.
  double hidden_gradient = 0;
  /// Weight of LayerCAM on the last layer that `gradcut models info` lists (VGG: pool5):
  /// sum_c max(dS/dA_c, 0) A_c (Jiang et al. 2021, eq. 6-7).
  double layer_cam = 0;
  ChannelReduction reduction = ChannelReduction::kMaximum;
  /// Standard deviation of the Gaussian that turns the speckle of single-pixel gradients into a
  /// density, as a share of the map's shorter side. 0: none.
  double blur = 0.07;
};

void Describe(SaliencyOptions& options, OptionList& list);

/// Throws `Error` for options out of range, or when no map has a weight.
void CheckSaliencyOptions(const SaliencyOptions& options);

/// The same for one classifier: throws `Error` too if a map that has a weight needs a hidden layer
/// and the classifier names none.
void CheckSaliencyOptions(const SaliencyOptions& options, const Classifier& classifier);

/// Channels of `Saliency::features`; 0 for a classifier that names no layers.
int FeatureChannels(const Classifier& classifier);

/// A heat map and the classes it is for.
struct Saliency {
  /// `CV_32FC1`, in [0, 1], least 0 and greatest 1; at the network's resolution, covering the whole
  /// image. All zeros when there is nothing to see: `note` then says why.
  cv::Mat heat_map;
  std::vector<ClassScore> classes;  ///< Best first.
  /// Activations of the last stride-16 layer in the first pass; of the last layer where there is no
  /// such stride.
  FeatureMap features;
  std::string note;
};

/// Where a classifier looks for its best classes: gradients of the class score before the softmax
/// (Simonyan et al. 2013, "Deep Inside Convolutional Networks") by the input and by hidden
/// activations. The defaults are the textbook's vanilla gradient at the network's native size.
///
/// `image` is RGB `CV_8UC3`. `classes` are class indices; empty means the `top_classes`
/// best-scoring ones of the first pass. Throws `std::invalid_argument` for an index that the
/// classifier does not have, and like `CheckSaliencyOptions`.
Saliency GradientSaliency(const Classifier& classifier, const cv::Mat& image,
                          const std::vector<int>& classes, const SaliencyOptions& options);

}  // namespace gradcut
