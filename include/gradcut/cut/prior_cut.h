#pragma once

#include "gradcut/core/hints.h"
#include "gradcut/core/options.h"
#include "gradcut/graphcut/contrast.h"
#include "gradcut/priors/colour_model.h"
#include "gradcut/priors/hint_evidence.h"

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

namespace gradcut {

/// How an image is cut whose prior is known, wherever that comes from.
struct PriorCutOptions {
  ColourOptions colour = {.weight = 1, .sharpness = 1, .bins = 16, .smoothing = 1, .clip = 3};
  GraphcutOptions graphcut = {};
  HintOptions hints = {};
  /// A larger image is cut at this size; 10^6 pixels.
  double max_megapixels = 0.05;
  /// As in `CutOptions`, with one class; labels of several are scaled up.
  bool outline = true;
  int rounds = 3;  ///< Colour models and cuts, alternating.
};

/// The same keys as for a `Segmenter`.
void Describe(PriorCutOptions& options, OptionList& list);

/// What became of one image; every map has its rows and columns.
struct PriorCut {
  cv::Mat labels;  ///< `CV_8UC1`: 0 = background, c + 1 = the c-th class.
  /// `CV_32FC1`: the probability of the background and of each class, before smoothing by the cut;
  /// they add up to 1.
  std::vector<cv::Mat> probabilities;
  /// In [0, 1], for ranking: how far the prior agrees with where any class is, as the soft Jaccard
  /// index of both; 0 where there is none.
  double confidence = 0;
};

/// Cuts an image (RGB `CV_8UC3`) by the log odds of each class against the background
/// (`CV_32FC1`, nats; another size than the image's is stretched over it). Colour models of each
/// class and of the background, weighed by the prior at first and by the labels of the last cut
/// then, add their log ratios. The labelling has the least energy with one class, and is one that
/// no expansion improves with more (`Expand`).
///
/// Hints go with one class: strokes and trimap are evidence of what is near, and nothing outside
/// every box is object. Throws `Error` for options out of range, like `CheckedHints`, and for hints
/// beside several classes; `std::invalid_argument` for no class or too many.
PriorCut CutByPriors(const cv::Mat& image, std::span<const cv::Mat> log_odds,
                     const PriorCutOptions& options, const Hints& hints = {});

}  // namespace gradcut
