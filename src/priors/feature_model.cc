#include "gradcut/priors/feature_model.h"

#include "gradcut/core/checks.h"
#include "gradcut/core/image.h"
#include "gradcut/priors/heat_prior.h"
#include "priors/activations.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// From a margin over the threshold to a target in [-1, 1], and from the model's answer to a
// probability. The offset makes up for the two sides weighing alike though the object is smaller.
constexpr double kTargetSlope = 6;
constexpr double kAnswerSlope = 4;
constexpr double kAnswerOffset = 1;
constexpr double kLeastWeight = 0.05;

bool AtBorder(int row, int col, cv::Size size) {
  return row == 0 || col == 0 || row == size.height - 1 || col == size.width - 1;
}

// Targets and weights of the cells, one column each.
struct CellTargets {
  cv::Mat targets, weights;  // CV_32FC1, cells x 1.
};

CellTargets TargetsOf(const cv::Mat& saliency, double border) {
  const double threshold = OtsuLevel(saliency);
  const int cells = static_cast<int>(saliency.total());
  CellTargets wanted = {cv::Mat(cells, 1, CV_32FC1), cv::Mat(cells, 1, CV_32FC1)};
  double sums[2] = {0, 0};
  for (int cell = 0; cell < cells; ++cell) {
    const int row = cell / saliency.cols, col = cell % saliency.cols;
    const double margin = saliency.at<float>(row, col) - threshold;
    double target = std::clamp(kTargetSlope * margin, -1.0, 1.0);
    double weight = std::abs(margin) + kLeastWeight;
    if (border > 0 && AtBorder(row, col, saliency.size())) {
      target = -1;
      weight = std::max(weight, border);
    }
    wanted.targets.at<float>(cell) = static_cast<float>(target);
    wanted.weights.at<float>(cell) = static_cast<float>(weight);
    sums[target > 0] += weight;
  }
  for (int cell = 0; cell < cells; ++cell)
    wanted.weights.at<float>(cell) *=
        static_cast<float>(0.5 * cells / sums[wanted.targets.at<float>(cell) > 0]);
  return wanted;
}

}  // namespace

cv::Mat FeatureProbability(const FeatureMap& features, const cv::Mat& saliency, double strength,
                           double border) {
  CheckHeatMap(saliency, "FeatureProbability: saliency");
  if (features.empty() || features.rows != saliency.rows || features.cols != saliency.cols)
    throw std::invalid_argument("FeatureProbability: one saliency value a cell is needed");
  CheckFinite(saliency, "FeatureProbability: saliency");
  if (!(strength > 0) || !(border >= 0))
    throw std::invalid_argument("FeatureProbability: strength must be > 0 and border >= 0");
  const cv::Mat x = Directions(features.values);
  const CellTargets wanted = TargetsOf(saliency, border);
  cv::Mat normal = WeightedGram(x, wanted.weights);
  normal.diag() += strength;
  const cv::Mat answers = Answers(x, normal, wanted.weights.mul(wanted.targets));
  return Probability(kAnswerSlope * answers - kAnswerOffset).reshape(1, features.rows);
}

}  // namespace gradcut
