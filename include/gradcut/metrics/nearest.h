#pragma once

#include <opencv2/core/mat.hpp>

namespace gradcut {

/// For every pixel the nearest pixel of a set: `row * cols + col` (`CV_32SC1`), or -1 everywhere if
/// the set is empty. Exact Euclidean distance; of several equally near ones the one in the leftmost
/// column, there in the topmost row (the choice of `scipy.ndimage.distance_transform_edt`).
///
/// `set` is `CV_8UC1`; its pixels > 0 are in the set. Linear in the number of pixels: columns
/// first, then the lower envelope of the rows' parabolas (Felzenszwalb and Huttenlocher 2012) in
/// integers. Throws `std::invalid_argument` for another type, or more than 2^31 - 1 pixels.
cv::Mat NearestInSet(const cv::Mat& set);

}  // namespace gradcut
