#pragma once

#include <functional>
#include <opencv2/core/mat.hpp>

namespace gradcut {

/// A function's value and its gradient (`CV_64FC1`, shaped like the point).
struct Slope {
  double value = 0;
  cv::Mat gradient;
};

struct MinimiseOptions {
  int max_steps = 100;
  /// Ends when no entry of the gradient is larger.
  double tolerance = 1e-5;
};

/// The point where a smooth, convex function is least, by the limited-memory BFGS method (Liu and
/// Nocedal 1989, algorithm 2.1) with backtracking (Armijo 1966). `start` is `CV_64FC1` of any
/// shape, else `std::invalid_argument` is thrown. The same bytes for the same function.
cv::Mat Minimise(const std::function<Slope(const cv::Mat& point)>& function, const cv::Mat& start,
                 const MinimiseOptions& options = {});

}  // namespace gradcut
