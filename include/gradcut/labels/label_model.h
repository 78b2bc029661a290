#pragma once

#include "gradcut/labels/labeller.h"

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// What labelled images teach: some of their cells, and sums over all of them. Those of several
/// images are joined by `Append`.
struct LabelSample {
  cv::Mat inputs;   ///< See `LabelCells::inputs`.
  cv::Mat targets;  ///< Shares of the labels in the cells: the background, then the classes.
  /// `CV_64FC1`, 2 * classes x 3: count, sum and sum of squares of the groups' scores by class,
  /// then of the head's.
  cv::Mat moments;
};

/// At most `count` cells of a labelled image, drawn without replacement by `seed`. `present` is
/// what the labeller was given.
LabelSample SampleLabels(const LabelMap& map, const std::vector<int>& present,
                         const std::vector<LabelClass>& classes, std::size_t count,
                         std::uint64_t seed);

void Append(const LabelSample& more, LabelSample& all);

/// What the labels of a data set say about any one of its cells: errors that are not systematic
/// average out. Throws `Error` without cells.
LabelModel LearnLabels(const LabelSample& all);

}  // namespace gradcut
