#pragma once

#include "gradcut/labels/label_evidence.h"

#include <cstddef>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// What heads and nets see of each cell: its stride-16 activations, their mean over the 3 x 3 cells
/// around it, and the deep activations. `CV_32FC1`, cells x inputs.
cv::Mat LabelInputs(const LabelEvidence& evidence);

/// What some cells of images say of the classes that these show: the same number of cells of each
/// image, one image after the other. Samples of several images are joined by `Append`.
struct EvidenceSamples {
  struct Network {
    cv::Mat inputs;      ///< See `LabelInputs`.
    cv::Mat foreground;  ///< `CV_32FC1`, cells x 1.
    cv::Mat dense;       ///< `CV_32FC1`, cells x classes; 0 for those that are not shown.
  };
  std::vector<Network> networks;
  cv::Mat shown;           ///< `CV_8UC1`, images x classes.
  std::vector<int> folds;  ///< By image.
};

/// `count` cells of an image, drawn by `seed` without replacement as far as there are so many.
/// `present` are indices of `classes` classes.
EvidenceSamples SampleEvidence(const std::vector<LabelEvidence>& evidence,
                               const std::vector<int>& present, int classes, int fold,
                               std::size_t count, std::uint64_t seed);

/// Cells of labelled images.
struct LabelSamples {
  struct Network {
    cv::Mat inputs;   ///< See `LabelInputs`.
    cv::Mat targets;  ///< Shares of the labels in the cells: the background, then the classes.
    std::vector<int> folds;  ///< By cell.
  };
  std::vector<Network> networks;
};

/// At most `count` cells of an image whose pixels have the `labels` (`CV_8UC1`, of any size), drawn
/// by `seed`.
LabelSamples SampleLabels(const std::vector<LabelEvidence>& evidence, const cv::Mat& labels,
                          const std::vector<int>& present, const std::vector<LabelClass>& classes,
                          int fold, std::size_t count, std::uint64_t seed);

void Append(const EvidenceSamples& more, EvidenceSamples& all);
void Append(const LabelSamples& more, LabelSamples& all);

}  // namespace gradcut
