#pragma once

#include "gradcut/labels/label_sample.h"

#include <opencv2/core.hpp>

namespace gradcut {

/// Evidence of one network for an image of 4 x 4 cells: features of one channel, 10 in the cells of
/// `class_cells`, 0 elsewhere; the foreground is 1 in those of `object_cells`, and `present` says
/// how many classes have dense scores, those of the features each.
inline LabelEvidence EvidenceOf(const cv::Rect& class_cells, const cv::Rect& object_cells,
                                std::size_t present) {
  const cv::Size grid(4, 4);
  cv::Mat map = cv::Mat::zeros(grid, CV_32FC1);
  map(class_cells) = 10;
  LabelEvidence evidence;
  evidence.foreground = cv::Mat::zeros(grid, CV_32FC1);
  evidence.foreground(object_cells) = 1;
  evidence.features = {grid.height, grid.width, map.clone().reshape(1, grid.area())};
  evidence.deep = evidence.features;
  for (std::size_t i = 0; i < present; ++i) {
    evidence.group.push_back(map.clone());
    evidence.dense.push_back(map.clone());
  }
  return evidence;
}

}  // namespace gradcut
