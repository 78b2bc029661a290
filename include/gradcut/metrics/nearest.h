#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>

namespace gradcut {

/// For every pixel the nearest pixel of a set: row and column (`CV_32SC2`), or (-1, -1) everywhere
/// if the set is empty. Exact Euclidean distance; of several equally near ones the one in the
/// leftmost column, there in the topmost row (the choice of
/// `scipy.ndimage.distance_transform_edt`).
///
/// `set` is `CV_8UC1`; its pixels > 0 are in the set. Linear in the number of pixels: columns
/// first, then the lower envelope of the rows' parabolas (Felzenszwalb and Huttenlocher 2012) in
/// integers. Throws `std::invalid_argument` for another type.
cv::Mat NearestInSet(const cv::Mat& set);

/// The squared distance from a pixel to what `NearestInSet` found for it.
inline std::int64_t SquaredDistance(const cv::Vec2i& nearest, int row, int col) {
  const std::int64_t rows = nearest[0] - row;
  const std::int64_t cols = nearest[1] - col;
  return rows * rows + cols * cols;
}

}  // namespace gradcut
