#pragma once

#include "gradcut/core/feature_map.h"

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A map spread over the cells of an image that look alike, wherever they are: a random walk with
/// restart (Tong et al. 2006, "Fast Random Walk with Restart and Its Applications"), close to the
/// manifold ranking of Yang et al. 2013 ("Saliency Detection via Graph-Based Manifold Ranking").
/// From cell i the walk goes on to cell j with a probability in proportion to
/// exp((cos(i, j) - 1) / 0.1), of the cells' activations centred over the image; a cell's value is
/// the mean of `map` where the walks from it end. Mean and deviation over the cells are then made
/// those of `map`.
///
/// `map` (`CV_32FC1`, [0, 1]) has one value a cell. `persistence` in [0, 1): the probability that a
/// walk goes on after each step. Returns one value a cell, `CV_32FC1` in [0, 1]. Throws
/// `std::invalid_argument` if the sizes differ, there are no features or a number is out of range.
cv::Mat Diffuse(const FeatureMap& features, const cv::Mat& map, double persistence);

}  // namespace gradcut
