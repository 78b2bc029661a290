#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace gradcut {

/// Corners in pixels, x to the right and y down, clockwise; (0, 0) is the top left corner of the
/// image.
using Polygon = std::vector<cv::Point2f>;

/// The outer outline of each 8-connected region of a mask (`CV_8UC1`, 0 = background), through the
/// centres of its border pixels; holes are filled, with what lies in them. At least three corners
/// each: a region too thin for an outline has four within its box. Cutting off the corners'
/// fractions and filling, border included (`cv::fillPoly`), gives the regions back pixel by pixel.
std::vector<Polygon> Outlines(const cv::Mat& mask);

/// The text of a YOLO segmentation label: one line a region of each class of `labels` (`CV_8UC1`;
/// 0 = background and `kVoid` are left out), "CLASS x1 y1 x2 y2 ...", coordinates divided by the
/// image's width and height. YOLO knows no background: CLASS is the label - 1.
std::string YoloSegments(const cv::Mat& labels);

}  // namespace gradcut
