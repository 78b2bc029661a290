#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/model/classifier.h"

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What is looked for in an image: some of the classifier's classes together, or a direction among
/// its last activations.
struct EvidenceTarget {
  /// Their score is log sum exp of their logits.
  std::vector<int> classes;
  /// Without classes: the score is the mean of the last activations times this (`CV_32FC1`, 1 x
  /// channels).
  cv::Mat weights;
};

/// What a classifier has to say about where in an image several targets are.
struct Evidence {
  FeatureMap features;             ///< See `Saliency`.
  std::vector<FeatureMap> layers;  ///< See `Saliency`.
  FeatureMap last;                 ///< Activations of the last layer.
  /// By target: the length of the score's gradient with respect to `features`, `CV_32FC1`, its rows
  /// x cols.
  std::vector<cv::Mat> heat;
  /// By target: what each of the last layer's cells adds to the score, times the number of cells:
  /// gradient times activation, summed over the channels. `CV_32FC1`, rows x cols of `last`. Where
  /// the head is linear, that is the score of a cell but for the bias: the class activation map of
  /// Zhou et al. (2016, eq. 2).
  std::vector<cv::Mat> support;
};

/// Channels of `Evidence::last`; 0 for a classifier that names no layers.
int LastChannels(const Classifier& classifier);

/// One forward pass at `size` pixels on the longer side, and a short backward pass for each target.
/// `image` is RGB `CV_8UC3`. Throws `std::invalid_argument` for a class that the classifier does
/// not have, weights of another length, a layer that it does not have, or a classifier that names
/// no layers.
Evidence GatherEvidence(const Classifier& classifier, const cv::Mat& image,
                        const std::vector<EvidenceTarget>& targets, int size,
                        const std::vector<std::string>& layers = {});

}  // namespace gradcut
