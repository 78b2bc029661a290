#include "priors/directions.h"

#include <opencv2/core.hpp>

namespace gradcut {

cv::Mat Directions(const cv::Mat& values) {
  cv::Mat mean, directions;
  cv::reduce(values, mean, /*dim=*/0, cv::REDUCE_AVG);
  cv::subtract(values, cv::repeat(mean, values.rows, 1), directions);
  for (int cell = 0; cell < directions.rows; ++cell) {
    cv::Mat row = directions.row(cell);
    row /= cv::norm(row) + 1e-6;
  }
  return directions;
}

}  // namespace gradcut
