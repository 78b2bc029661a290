#include "priors/activations.h"

#include <Eigen/Core>
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

// By Eigen, which computes one half, in blocks: the product that OpenCV hands to the system's BLAS
// takes up to ten times as long.
cv::Mat WeightedGram(const cv::Mat& x, const cv::Mat& weights) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  CV_Assert(x.isContinuous() && weights.isContinuous());
  const Eigen::Map<const Rows> cells(x.ptr<float>(), x.rows, x.cols);
  const Eigen::Map<const Eigen::VectorXf> weight(weights.ptr<float>(), x.rows);
  const Rows weighed = weight.cwiseSqrt().asDiagonal() * cells;
  cv::Mat gram = cv::Mat::zeros(x.cols, x.cols, CV_32FC1);
  Eigen::Map<Rows> sums(gram.ptr<float>(), x.cols, x.cols);
  sums.selfadjointView<Eigen::Lower>().rankUpdate(weighed.transpose());
  cv::completeSymm(gram, /*lowerToUpper=*/true);
  return gram;
}

}  // namespace gradcut
