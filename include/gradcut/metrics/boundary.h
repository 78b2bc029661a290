#pragma once

#include "gradcut/metrics/binary_counts.h"

#include <opencv2/core/mat.hpp>
#include <vector>

namespace gradcut {

/// Masks, truths and errors are as for `CountBinary`. In all three, void pixels count as background
/// of both sides (the rule of DAVIS), so the rim of a void band is a boundary of both. A `ratio`
/// outside [0, 1] is `std::invalid_argument`.

/// The counts behind boundary IoU (Cheng et al. 2021, eq. 1): the pixels of each side that are
/// within `ratio` times the image diagonal (rounded, at least 1 pixel) of that side's background or
/// of the image's edge, in chessboard distance. `Iou` of them is the boundary IoU.
BinaryCounts CountBoundary(const cv::Mat& mask, const cv::Mat& truth, double ratio = 0.02);

/// The same for each of `classes` classes against all others: labels, `CV_8UC1`, predicted `kVoid`
/// is background. Only the true and false positives and negatives of the bands are counted;
/// `true_negative` is 0. Indices must be below `classes`.
std::vector<BinaryCounts> CountClassBoundaries(const cv::Mat& predicted, const cv::Mat& truth,
                                               int classes, double ratio = 0.02);

struct BoundaryScore {
  double precision = 0;  ///< Share of the mask's contour that is near the truth's.
  double recall = 0;     ///< Share of the truth's contour that is near the mask's.
  double f = 0;          ///< Their harmonic mean; 0 if both are 0.
};

/// The contour accuracy F of the DAVIS benchmark (Perazzi et al. 2016): near means within `ratio`
/// times the image diagonal, rounded up, in Euclidean distance. Without any contour on either side
/// all are 1; with a contour on one side only, F is 0. Region similarity J is `Iou`.
BoundaryScore ScoreBoundary(const cv::Mat& mask, const cv::Mat& truth, double ratio = 0.008);

}  // namespace gradcut
