#include "gradcut/priors/feature_diffusion.h"

#include "gradcut/core/image.h"
#include "priors/activations.h"

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// How unlike two cells may be, as a difference of cosines, for walks to pass between them easily.
constexpr double kTemperature = 0.1;
constexpr double kLeastDeviation = 1e-6;

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
  const cv::Mat directions = Directions(features.values).t();
  cv::Mat affinity = WeightedGram(directions, cv::Mat::ones(directions.rows, 1, CV_32FC1));
  cv::Mat degree, spread;
  cv::exp((affinity - 1.0) / kTemperature, affinity);
  cv::reduce(affinity, degree, /*dim=*/1, cv::REDUCE_SUM);
  // (I - persistence D^-1 W) spread = (1 - persistence) map, times D: symmetric and positive
  // definite. The factor on the right does not matter, since the scale is the map's own.
  cv::Mat system = -persistence * affinity;
  system.diag() += degree;
  const cv::Mat values = map.clone().reshape(1, map.rows * map.cols);
  cv::solve(system, degree.mul(values), spread, cv::DECOMP_CHOLESKY);
  return Rescaled(spread, values).reshape(1, map.rows);
}

}  // namespace gradcut
