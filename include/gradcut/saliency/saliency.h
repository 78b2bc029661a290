#pragma once

#include "gradcut/core/saliency.h"
#include "gradcut/model/classifier.h"
#include "gradcut/model/weights.h"
#include "gradcut/saliency/saliency_checks.h"
#include "gradcut/saliency/saliency_options.h"

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// The layer of `Saliency::features`: the last one of stride 16, or the last of all where there is
/// none. Without a name and channels where there are no layers.
NetworkLayer FeatureLayer(const std::vector<NetworkLayer>& layers);

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
