#pragma once

#include "gradcut/labels/label_evidence.h"
#include "gradcut/labels/label_model.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

// Log probabilities by cell of the background and of each class that is present, as one network has
// them; see `Labeller`. `model` may be null; `fold` is the image's, or kUnseen.
std::vector<cv::Mat> LogPosterior(const LabelEvidence& evidence, const LabelNetwork& network,
                                  const std::vector<LabelClass>& classes,
                                  const std::vector<int>& present, const LocationOptions& location,
                                  const NetworkModel* model, int fold);

}  // namespace gradcut
