#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/weights.h"
#include "gradcut/saliency/saliency_checks.h"
#include "gradcut/saliency/saliency_options.h"

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradcut {

/// The layer of `Saliency::features`: the last one of stride 16, or the last of all where there is
/// none. Without a name and channels where there are no layers.
NetworkLayer FeatureLayer(const std::vector<NetworkLayer>& layers);

/// A heat map and the classes it is for.
struct Saliency {
  /// `CV_32FC1`, in [0, 1], least 0 and greatest 1; at the network's resolution, covering the whole
  /// image. All zeros when there is nothing to see: `note` then says why.
  cv::Mat heat_map;
  std::vector<ClassScore> classes;  ///< Best first.
  FeatureMap features;              ///< Activations of `FeatureLayer` in the first pass.
  std::vector<FeatureMap> layers;   ///< Those of the layers that were asked for, likewise.
  std::string note;
  std::optional<Completeness> completeness;  ///< Of Integrated Gradients in the first pass.
  /// What the method found in the first pass, neither scaled nor blurred, with the sign that it has
  /// before an absolute value or ReLU: positive speaks for the classes. `CV_32FC1`: of the size of
  /// the network's input for a method by pixels, as a sum over the colours (of Integrated
  /// Gradients, all of them add up to the score's difference); else of the layer's cells. Lengths,
  /// squares and variances have no sign. Empty where the heat map is several maps (`MapCount`).
  cv::Mat attributions;
};

/// Where a classifier looks for its best classes. The defaults are the textbook's vanilla gradient
/// at the network's native size (Simonyan et al. 2013, "Deep Inside Convolutional Networks").
///
/// `image` is RGB `CV_8UC3`. `classes` are class indices; empty means the `top_classes`
/// best-scoring ones of the first pass. `layers` are names of layers whose activations are wanted
/// too. Throws `std::invalid_argument` for an index or a layer that the classifier does not have,
/// and like `CheckSaliencyOptions`.
Saliency ComputeSaliency(const Classifier& classifier, const cv::Mat& image,
                         const std::vector<int>& classes, const SaliencyOptions& options,
                         const std::vector<std::string>& layers = {});

}  // namespace gradcut
