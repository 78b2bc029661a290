#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <vector>

namespace gradcut {

/// What colours say about the two sides of a mask, place by place: histograms of object and
/// background over place and colour (CIE Lab) at once, a bilateral grid (Chen, Paris and Durand
/// 2007, "Real-time edge-aware image processing with the bilateral grid"). One model for a whole
/// image fails where the object has colours that the background has elsewhere; at an outline only
/// what is near counts (Bai et al. 2009, "Video SnapCut", section 2.2).
///
/// Learned on a small copy of an image, it serves larger ones too.
class LocalColourModel {
 public:
  /// `image` is RGB `CV_8UC3`; `mask`, of its size, says on which side each pixel is: 255 or 0;
  /// others do not count.
  LocalColourModel(const cv::Mat& image, const cv::Mat& mask);

  /// log(p(colour | object, place) / p(colour | background, place)) of the pixels of the same image
  /// at any size (RGB `CV_8UC3`) within `window`: `CV_32FC1` of the window's size, within +-3 nats,
  /// 0 where one side alone is near.
  cv::Mat LogOdds(const cv::Mat& image, const cv::Rect& window) const;

 private:
  // The bins of a channel: how many there are, and what each value adds to a colour's index.
  struct Axis {
    int bins = 1;
    std::array<int, 256> index = {};
  };
  // Where pixels of an image of some size lie in the grid.
  class Places;

  // Of the background and of the object.
  std::array<std::vector<float>, 2> Count(const cv::Mat& lab, const cv::Mat& mask) const;
  int ColourOf(const cv::Vec3b& lab) const;

  int rows_, cols_;  // Of places, which lie at the corners of square cells.
  std::array<Axis, 3> axes_;
  int colours_ = 1;
  std::vector<float> log_odds_;  // By place, then by colour.
};

}  // namespace gradcut
