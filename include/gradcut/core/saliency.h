#pragma once

#include "gradcut/core/feature_map.h"

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// A class and how well an image scored for it.
struct ClassScore {
  int index = 0;
  std::string name;
  double score = 0;  ///< Probability, softmax over all classes.
};

/// What completeness says must be equal (Sundararajan et al. 2017, "Axiomatic Attribution
/// for Deep Networks", proposition 1).
struct Completeness {
  double attributions = 0;  ///< Sum of the attributions of all pixels and colours.
  double difference = 0;    ///< S(x) - S(x').
};

/// A heat map and the classes it is for.
struct Saliency {
  /// `CV_32FC1`, in [0, 1], least 0 and greatest 1; at the network's resolution, covering the whole
  /// image. All zeros when there is nothing to see: `note` then says why.
  cv::Mat heat_map;
  std::vector<ClassScore> classes = {};  ///< Best first.
  FeatureMap features = {};              ///< Activations of `FeatureLayer` in the first pass.
  std::vector<FeatureMap> layers = {};   ///< Those of the layers that were asked for, likewise.
  std::string note = {};
  std::optional<Completeness> completeness = {};  ///< Of Integrated Gradients in the first pass.
  /// What the method found in the first pass, neither scaled nor blurred, with the sign that it has
  /// before an absolute value or ReLU: positive speaks for the classes. `CV_32FC1`: of the size of
  /// the network's input for a method by pixels, as a sum over the colours (of Integrated
  /// Gradients, all of them add up to the score's difference); else of the layer's cells. Lengths,
  /// squares and variances have no sign. Empty where the heat map is several maps (`MapCount`).
  cv::Mat attributions = {};
};

}  // namespace gradcut
