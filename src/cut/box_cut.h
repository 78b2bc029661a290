#pragma once

#include "gradcut/cut/cut_options.h"
#include "gradcut/cut/segmentation.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

// The object in a box, as it was cut by itself.
struct BoxCut {
  Instance instance;
  cv::Rect covered;          // The box's pixels in the instance's place.
  cv::Mat drawn;             // A trimap of what is certain in the place; may be empty.
  cv::Mat log_odds;          // Of the place, of any size.
  cv::Mat probability = {};  // Of the place.

  // Takes a mask of the place, as far as it lies in the box and what is certain allows.
  void Take(const cv::Mat& mask);
};

// Gives each pixel that several objects have taken to one of them: objects whose masks overlap are
// labelled anew, by one cut with a label for each.
void SettleOverlaps(const cv::Mat& image, const CutOptions& options, std::vector<BoxCut>& cuts);

}  // namespace gradcut
