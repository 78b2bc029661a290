#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

namespace gradcut {

// A stretched heat map (`CV_64FC1`) and a truth of the same size, checked, and the counts that
// every measure needs.
struct HeatPixels {
  // Throws `std::invalid_argument` for another type, size or value range.
  HeatPixels(const cv::Mat& heat, const cv::Mat& truth);

  cv::Mat heat;   // CV_64FC1, [0, 1]
  cv::Mat truth;  // CV_8UC1: 0 background, 1 object, kVoid
  std::int64_t object = 0;
  std::int64_t scored = 0;
  double mean = 0;  // of the scored pixels' heat

  // Calls visit(heat, is_object) for each scored pixel, row by row.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (int row = 0; row < heat.rows; ++row) {
      const auto* h = heat.ptr<double>(row);
      const auto* t = truth.ptr<std::uint8_t>(row);
      for (int col = 0; col < heat.cols; ++col)
        if (t[col] <= 1) visit(h[col], t[col] == 1);
    }
  }
};

// What numpy.spacing(1) is: keeps divisions finite exactly as the reference implementations do.
inline constexpr double kSpacing = 2.220446049250313e-16;

double StructureMeasure(const HeatPixels& pixels);
double WeightedFMeasure(const HeatPixels& pixels);

}  // namespace gradcut
