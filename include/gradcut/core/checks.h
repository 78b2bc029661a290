#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string_view>

namespace gradcut {

/// A size that a file gives, as an `int` >= 0. Throws `Error` naming `what` for any other: nothing
/// that counts what a file holds is narrowed without it.
int CheckedInt(std::int64_t size, std::string_view what);

/// Throws `std::invalid_argument` naming `what` and the place of the first value of a
/// floating-point matrix that is infinite or not a number.
void CheckFinite(const cv::Mat& mat, std::string_view what);

/// The same for the first value that is not in [0, 1], or further outside than 1e-6, which resizing
/// in single precision adds.
void CheckShares(const cv::Mat& mat, std::string_view what);

}  // namespace gradcut
