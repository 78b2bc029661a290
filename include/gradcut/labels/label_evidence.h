#pragma once

#include "gradcut/core/feature_map.h"
#include "gradcut/learn/linear_head.h"
#include "gradcut/model/classifier.h"
#include "gradcut/objectness/objectness_head.h"
#include "gradcut/segment/segmenter.h"

#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// A class that pixels may be labelled with.
struct LabelClass {
  std::string name;
  int label = 0;           ///< In [1, 254]; 0 is the background, 255 `kVoid`.
  std::vector<int> group;  ///< The classifier's classes that it consists of; may be empty.
};

/// A classifier that looks at images whose classes are known, and what was learned on top of it.
struct LabelNetwork {
  std::shared_ptr<const Classifier> classifier;
  std::shared_ptr<const ObjectnessHead> objectness = nullptr;  ///< May be null.
  std::shared_ptr<const LinearHead> head = nullptr;            ///< May be null.
};

/// All that a network says of an image whose classes are known. Values are rounded to half
/// precision: labels are the same whether the evidence was kept in a file or not.
struct LabelEvidence {
  FeatureMap features;  ///< Stride-16 activations: the cells.
  FeatureMap deep;      ///< Activations of the last stage, on the same grid.
  cv::Mat foreground;   ///< `CV_32FC1`, a value a cell: prior of the classes together, [0, 1].
  FeatureMap scores;    ///< Log odds of the rows of the head, on the last layer's grid; or empty.
  /// By class that is present, `CV_32FC1` on the last layer's grid: log odds of its group (see
  /// `Evidence::support`); empty for a class without one.
  std::vector<cv::Mat> group;
  /// By class that is present, `CV_32FC1`, a value a cell: see `DenseEvidence::scores`.
  std::vector<cv::Mat> dense;
  double milliseconds = 0;  ///< That the passes of the network took, whenever that was.
};

/// One forward pass of the network, and a short backward pass for each class. `present` are indices
/// into `classes`, at least one.
LabelEvidence GatherLabelEvidence(const LabelNetwork& network, const cv::Mat& image,
                                  const std::vector<LabelClass>& classes,
                                  const std::vector<int>& present, const SegmenterOptions& options);

}  // namespace gradcut
