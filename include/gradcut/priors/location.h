#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/core/options.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// Where the object is before colours are looked at: a weighted mean of up to three maps,
/// spread over cells that look alike.
struct LocationOptions {
  double saliency = 1;    ///< Weight of the heat map.
  double features = 0;    ///< Weight of the image's own feature model.
  double objectness = 0;  ///< Weight of the objectness head.
  double ridge = 1;       ///< Penalty of the feature model; see `FeatureProbability`.
  double border = 0.3;    ///< How much the edge counts as background in the feature model.
  /// How far the mean spreads over cells that look alike; see `Diffuse`. 0: not at all.
  double diffusion = 0;
  /// The prior's log odds are slope * (mean - threshold), nats. Slope 0: seeds and colours alone
  /// decide.
  double slope = 0;
  double threshold = 0.5;
};

void Describe(LocationOptions& options, OptionList& list);

/// Throws `Error` for options out of range, or when a slope is given but no map has a weight.
void CheckLocationOptions(const LocationOptions& options);

/// The weighted mean of the maps, diffused, `CV_32FC1` in [0, 1]: a value a cell of the `features`
/// where anything that lives on cells counts, else of the size of `heat_map`. `objectness` is the
/// probability of each cell to belong to an object. Terms that there is nothing for (`features` or
/// `objectness` empty) are left out. Throws `Error` for options out of range, and
/// `std::invalid_argument` for an `objectness` of another size than the features'.
cv::Mat LocationPrior(const cv::Mat& heat_map, const FeatureMap& features,
                      const cv::Mat& objectness, const LocationOptions& options);

}  // namespace gradcut
