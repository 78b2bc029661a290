#include "priors/activations.h"

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

// A loop of our own: the product that OpenCV hands to the system's BLAS takes three to five times
// as long, and computes both halves.
cv::Mat WeightedGram(const cv::Mat& x, const cv::Mat& weights) {
  cv::Mat gram = cv::Mat::zeros(x.cols, x.cols, CV_32FC1);
  for (int cell = 0; cell < x.rows; ++cell) {
    const float* const value = x.ptr<float>(cell);
    for (int i = 0; i < x.cols; ++i) {
      const float scaled = weights.at<float>(cell) * value[i];
      float* const row = gram.ptr<float>(i);
      for (int j = 0; j <= i; ++j) row[j] += scaled * value[j];
    }
  }
  cv::completeSymm(gram, /*lowerToUpper=*/true);
  return gram;
}

}  // namespace gradcut
