#pragma once

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

struct SaliencyOptions {
  /// How many of the best-scoring classes are looked for when none is named. Their logits are
  /// weighted by their softmax probabilities, renormalised.
  int top_classes = 1;
  ChannelReduction reduction = ChannelReduction::kMaximum;
  /// Standard deviation of the Gaussian that turns the speckle of single-pixel gradients into a
  /// density, as a share of the map's shorter side. 0: none.
  double blur = 0.07;
};

void Describe(SaliencyOptions& options, OptionList& list);

/// A heat map and the classes it is for.
struct Saliency {
  /// `CV_32FC1`, in [0, 1], least 0 and greatest 1; at the network's resolution, covering the whole
  /// image. All zeros when there is nothing to see: `note` then says why.
  cv::Mat heat_map;
  std::vector<ClassScore> classes;  ///< Best first.
  std::string note;
};

/// Vanilla gradient at the network's native input size (Simonyan et al. 2013, "Deep Inside
/// Convolutional Networks"): the derivative of the class score before the softmax with respect to
/// the input pixels, reduced over colours, blurred, scaled to [0, 1].
///
/// `image` is RGB `CV_8UC3`, resized to the network's square without keeping its aspect.
/// `classes` are class indices; empty means the `top_classes` best-scoring ones. Throws
/// `std::invalid_argument` for an index that the classifier does not have.
Saliency GradientSaliency(const Classifier& classifier, const cv::Mat& image,
                          const std::vector<int>& classes, const SaliencyOptions& options);

}  // namespace gradcut
