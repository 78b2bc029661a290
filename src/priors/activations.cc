#include "priors/activations.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// By Eigen, not by OpenCV, which hands products and equations to whichever BLAS and LAPACK the
// process holds: the program and the Python package would differ in the last digits.
using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const Rows> View(const cv::Mat& mat) {
  CV_Assert(mat.type() == CV_32FC1 && mat.isContinuous());
  return {mat.ptr<float>(), mat.rows, mat.cols};
}

}  // namespace

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

cv::Mat Cosines(const cv::Mat& directions, int row) {
  const auto cells = View(directions);
  cv::Mat cosines(directions.rows, 1, CV_32FC1);
  Eigen::Map<Eigen::VectorXf>(cosines.ptr<float>(), cosines.rows) =
      cells * cells.row(row).transpose();
  return cosines;
}

// One half is computed, in blocks: the system's BLAS takes up to ten times as long.
cv::Mat WeightedGram(const cv::Mat& x, const cv::Mat& weights) {
  const Rows weighed = View(weights).col(0).cwiseSqrt().asDiagonal() * View(x);
  cv::Mat gram = cv::Mat::zeros(x.cols, x.cols, CV_32FC1);
  Eigen::Map<Rows> sums(gram.ptr<float>(), x.cols, x.cols);
  sums.selfadjointView<Eigen::Lower>().rankUpdate(weighed.transpose());
  cv::completeSymm(gram, /*lowerToUpper=*/true);
  return gram;
}

cv::Mat Answers(const cv::Mat& x, const cv::Mat& normal, const cv::Mat& right) {
  const auto cells = View(x);
  const Eigen::VectorXf sums = cells.transpose() * View(right).col(0);
  const auto factors = View(normal).selfadjointView<Eigen::Lower>().llt();
  cv::Mat answers = cv::Mat::zeros(x.rows, 1, CV_32FC1);
  // Rounding can make a matrix that is nearly singular indefinite.
  if (factors.info() == Eigen::Success)
    Eigen::Map<Eigen::VectorXf>(answers.ptr<float>(), x.rows) = cells * factors.solve(sums);
  return answers;
}

}  // namespace gradcut
