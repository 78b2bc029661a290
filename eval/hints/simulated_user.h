#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>
#include <vector>

namespace gradcut {

/// What a user who knows the truth would say next.
struct Correction {
  std::vector<cv::Point> points;  ///< One for a click; a line for a stroke.
  bool object = true;             ///< Whether they are object.
};

/// Foreground IoU of a mask; `truth` are labels, 255 is not scored.
double IouOf(const cv::Mat& mask, const cv::Mat& truth);

/// A click into the largest wrong region (8-connected), where it is farthest from the region's
/// border; the image's edge is a border too. Nothing where all is right.
std::optional<Correction> NextClick(const cv::Mat& mask, const cv::Mat& truth);

/// A stroke along the middle of that region: the longest path within its skeleton (Zhang and Suen
/// 1984), from the region's border as far away as half of its greatest depth at least.
std::optional<Correction> NextStroke(const cv::Mat& mask, const cv::Mat& truth);

/// The box of the truth's object, if it is one part (8-connected) of 1 to 80 % of the image; else
/// nothing.
std::optional<cv::Rect> BoxOf(const cv::Mat& truth);

}  // namespace gradcut
