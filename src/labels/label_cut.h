#pragma once

#include "gradcut/cut/cut_options.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

// An image cut into labels, numbered as the maps of the posterior that it was cut by.
struct LabelCut {
  cv::Mat labels;                  // CV_8UC1.
  std::vector<cv::Mat> posterior;  // Logs (CV_32FC1), colours included, before smoothing.
};

// Colour models of every label and multi-label cuts, alternating for `options.rounds`. `prior` has
// logs of the labels' probabilities, of the image's size. `certain` has the labels of pixels whose
// label is certain, else kVoid; or is empty.
LabelCut CutLabels(const cv::Mat& image, const std::vector<cv::Mat>& prior, const cv::Mat& certain,
                   const CutOptions& options);

// Labels that a small copy of an image was cut into by `prior`, at the image's own size: the
// outline of each but the first is found as that of a mask. Where they overlap the small pixel
// decides, and what is within none is the first.
cv::Mat LabelsAtFullSize(const cv::Mat& image, const cv::Mat& labels,
                         const std::vector<cv::Mat>& prior, const CutOptions& options);

}  // namespace gradcut
