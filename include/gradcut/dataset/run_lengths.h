#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gradcut {

/// A mask as the lengths of its runs, column by column from the top left: background first (perhaps
/// 0), then object, and so on in turn. COCO's "RLE".
struct RunLengths {
  int rows = 0;
  int cols = 0;
  std::vector<std::uint32_t>
      counts;  ///< They add up to rows * cols; none for an image of no pixels.
};

/// The runs of a mask (`CV_8UC1`): 0 is background, anything else object.
RunLengths EncodeRuns(const cv::Mat& mask);

/// The mask (`CV_8UC1`, 0 or 255). Throws `std::invalid_argument` when the counts do not add up to
/// rows * cols.
cv::Mat DecodeRuns(const RunLengths& runs);

/// COCO's compressed counts, the same text as pycocotools writes: of each count its difference from
/// the last but one (from the fourth on), in groups of 5 bits, lowest first, a sixth bit where more
/// follow, as characters from '0'.
std::string CompressRuns(const RunLengths& runs);

/// The inverse. Throws `std::invalid_argument` for a text that is none or ends early, and when the
/// counts do not add up to rows * cols.
RunLengths DecompressRuns(std::string_view text, int rows, int cols);

/// Throws `std::invalid_argument` unless the counts add up to rows * cols, as all below expect.
void CheckRuns(const RunLengths& runs);

/// How many pixels are object.
std::int64_t ObjectPixels(const RunLengths& runs);

/// The smallest box that holds the object; without one it is empty.
cv::Rect ObjectBox(const RunLengths& runs);

/// How many pixels are object in both. Linear in the number of runs, as all of these are. Throws
/// `std::invalid_argument` for masks of two sizes.
std::int64_t CommonPixels(const RunLengths& a, const RunLengths& b);

/// What is object in one of them or in both. Throws like `CommonPixels`.
RunLengths UniteRuns(const RunLengths& a, const RunLengths& b);

}  // namespace gradcut
