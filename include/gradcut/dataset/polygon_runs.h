#pragma once

#include "gradcut/dataset/run_lengths.h"

#include <opencv2/core/types.hpp>
#include <span>

namespace gradcut {

/// No corner of a polygon may lie further from the image's corner, in pixels.
inline constexpr double kMaxCoordinate = 1 << 24;

/// The pixels of a polygon, the same as `pycocotools.mask.frPyObjects` gives, bit for bit. Corners
/// are in pixels, x to the right and y down, (0, 0) the image's top left corner; the last one is
/// joined to the first. What lies outside the image is cut off; where the polygon crosses itself,
/// what is inside an even number of times is not object.
///
/// The rule is COCO's (Lin et al. 2014): the outline is drawn on a grid five times finer, and a
/// pixel changes sides where the outline crosses the middle of its column. Throws
/// `std::invalid_argument` for corners that are not finite or beyond `kMaxCoordinate`, and for
/// images of no pixels or of more than 2^32 - 1; `Error` for an outline that winds through the
/// columns more than 2^26 times.
RunLengths FillPolygon(std::span<const cv::Point2d> corners, int rows, int cols);

}  // namespace gradcut
