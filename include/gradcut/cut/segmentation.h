#pragma once

#include "gradcut/core/saliency.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {

/// The object in a box that was given.
struct Instance {
  std::int64_t id = 0;          ///< That of its box.
  std::string class_name = {};  ///< Likewise; may be "".
  cv::Rect2d box;               ///< Pixels; what lies outside the image is cut off.
  cv::Rect place;               ///< Where `mask` lies in the image.
  cv::Mat mask = {};            ///< `CV_8UC1`, 0 or 255.
  double confidence = 0;        ///< See `Segmentation`.
};

/// What became of one image. Every map but `attributions` has the image's rows and columns, if
/// `CutOptions::maps` asks for them.
struct Segmentation {
  cv::Mat mask;      ///< `CV_8UC1`, 0 or 255.
  cv::Mat heat_map;  ///< `CV_32FC1`, [0, 1].
  cv::Mat
      probability;  ///< `CV_32FC1`, [0, 1]: object against background before smoothing by the cut.
  /// What the classifier saw of the whole image: at `saliency.scales`, then at each of
  /// `more_scales`. The heat map is the mean of theirs.
  std::vector<Saliency> looks;
  /// The location prior by which `Segmenter` cut the image without hints, `CV_32FC1` in [0, 1], of
  /// the size that it was cut at; else empty.
  cv::Mat location;
  std::vector<ClassScore> classes;  ///< What was looked for, best first.
  /// In [0, 1], for ranking masks; 0 for an empty one. With a location prior, the share of the mask
  /// that is left when its threshold rises by 0.12: how little the mask hangs on that choice.
  /// Without, the probability that a random pixel of the mask is hotter than a random pixel outside
  /// it (the area under the heat map's ROC curve). 0 if `rate` is off.
  double confidence = 0;
  /// Why the mask is empty although the image was readable, or "".
  std::string note;
  std::optional<Completeness> completeness;  ///< See `Saliency`.
  /// See `Saliency`; not of the image's size.
  cv::Mat attributions;
  std::vector<Instance> instances;  ///< One for each box of the hints, in their order.
  /// Wall time by stage, in order.
  std::vector<std::pair<std::string, double>> milliseconds;
};

}  // namespace gradcut
