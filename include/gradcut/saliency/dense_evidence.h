#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/model/classifier.h"
#include "gradcut/saliency/evidence.h"

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// What a classifier says of each cell of its features, without pooling.
struct DenseEvidence {
  FeatureMap deep;  ///< Activations of the layer that was asked for, on the features' grid.
  /// By target, `CV_32FC1`, rows x cols of the features, smoothed over 3 x 3 cells: for classes the
  /// log probability that the head gives them for the cell, for weights these times the cell's last
  /// activations.
  std::vector<cv::Mat> scores;
};

/// Goes on from the features on their own grid: strides are left out and kernels dilated (Chen et
/// al. 2015, section 3.1), and the head is applied to each cell. `features` and `targets` as for
/// `GatherEvidence`. `layer` lies behind the features. Empty for a network that can't: one whose
/// head does not pool, or a TorchScript program.
DenseEvidence GatherDenseEvidence(const Classifier& classifier, const FeatureMap& features,
                                  const std::vector<EvidenceTarget>& targets,
                                  const std::string& layer);

}  // namespace gradcut
