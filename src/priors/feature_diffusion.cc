#include "gradcut/priors/feature_diffusion.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/image.h"
#include "priors/activations.h"

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// How unlike two cells may be, as a difference of cosines, for walks to pass between them easily.
constexpr double kTemperature = 0.1;
constexpr double kLeastDeviation = 1e-6;

// product = matrix x, of a symmetric matrix: a sum of its rows, which compilers make fast.
void Multiply(const cv::Mat& matrix, const cv::Mat& x, cv::Mat& product) {
  product = cv::Mat::zeros(x.size(), CV_32FC1);
  auto* const sum = product.ptr<float>();
  for (int i = 0; i < matrix.rows; ++i) {
    const auto* const row = matrix.ptr<float>(i);
    const float weight = x.at<float>(i);
    for (int j = 0; j < matrix.cols; ++j) sum[j] += weight * row[j];
  }
}

// The vector `x` (n x 1) for which `matrix` (symmetric, positive definite, n x n) times x is
// `right`, by conjugate gradients (Hestenes and Stiefel 1952) preconditioned by the diagonal, from
// `right` / diagonal on. A Cholesky decomposition by the system's LAPACK takes 3 ms longer.
cv::Mat Solve(const cv::Mat& matrix, const cv::Mat& right) {
  constexpr double kTolerance = 1e-6;
  const cv::Mat diagonal = matrix.diag();
  cv::Mat x, product;
  cv::divide(right, diagonal, x);
  Multiply(matrix, x, product);
  cv::Mat residual = right - product, scaled;
  cv::divide(residual, diagonal, scaled);
  cv::Mat direction = scaled.clone();
  double size = residual.dot(scaled);
  const double enough = kTolerance * kTolerance * right.dot(x);
  for (int step = 0; step < matrix.rows && size > enough; ++step) {
    Multiply(matrix, direction, product);
    const double length = size / direction.dot(product);
    x += length * direction;
    residual -= length * product;
    cv::divide(residual, diagonal, scaled);
    const double next = residual.dot(scaled);
    direction = scaled + (next / size) * direction;
    size = next;
  }
  return x;
}

// With the mean and the deviation of `model`, held within [0, 1].
cv::Mat Rescaled(const cv::Mat& map, const cv::Mat& model) {
  cv::Scalar mean, deviation, model_mean, model_deviation;
  cv::meanStdDev(map, mean, deviation);
  cv::meanStdDev(model, model_mean, model_deviation);
  if (deviation[0] < kLeastDeviation) return model;  // All cells are alike.
  const cv::Mat scaled = (map - mean[0]) * (model_deviation[0] / deviation[0]) + model_mean[0];
  return cv::min(cv::max(scaled, 0.0), 1.0);
}

}  // namespace

cv::Mat Diffuse(const FeatureMap& features, const cv::Mat& map, double persistence) {
  CheckHeatMap(map, "Diffuse: map");
  if (features.empty() || features.rows != map.rows || features.cols != map.cols)
    throw std::invalid_argument("Diffuse: one value a cell is needed");
  CheckFinite(map, "Diffuse: map");
  if (!(persistence >= 0 && persistence < 1))
    throw std::invalid_argument("Diffuse: persistence must be in [0, 1)");
  const cv::Mat directions = Directions(features.values).t();
  cv::Mat affinity = WeightedGram(directions, cv::Mat::ones(directions.rows, 1, CV_32FC1));
  cv::Mat degree;
  cv::exp((affinity - 1.0) / kTemperature, affinity);
  cv::reduce(affinity, degree, /*dim=*/1, cv::REDUCE_SUM);
  // (I - persistence D^-1 W) spread = (1 - persistence) map, times D: symmetric and positive
  // definite. The factor on the right does not matter, since the scale is the map's own.
  cv::Mat system = -persistence * affinity;
  system.diag() += degree;
  const cv::Mat values = map.clone().reshape(1, map.rows * map.cols);
  return Rescaled(Solve(system, degree.mul(values)), values).reshape(1, map.rows);
}

}  // namespace gradcut
