#include "gradcut/learn/bag_heads.h"

#include "gradcut/core/checks.h"
#include "gradcut/learn/minimise.h"
#include "learn/standardise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr MinimiseOptions kBagSteps = {.max_steps = 25, .tolerance = 1e-6};
constexpr double kFirstBias = -2;  // Classes are rare.
constexpr float kSharpness = 2;    // Of a bag's score: 0 is its mean, infinity its maximum.

// The cross-entropy of one bag and class; the scores z of its cells are replaced by its gradient.
double BagLoss(cv::Mat cells, int cls, bool shown) {
  float most = cells.at<float>(0, cls);
  for (int row = 1; row < cells.rows; ++row) most = std::max(most, cells.at<float>(row, cls));
  double sum = 0;
  for (int row = 0; row < cells.rows; ++row) {
    float& z = cells.at<float>(row, cls);
    z = std::exp(kSharpness * (z - most));
    sum += z;
  }
  const double score = most + std::log(sum / cells.rows) / kSharpness;
  const double slope = 1 / (1 + std::exp(-score)) - (shown ? 1 : 0);
  for (int row = 0; row < cells.rows; ++row)
    cells.at<float>(row, cls) *= static_cast<float>(slope / sum);
  return std::max(score, 0.0) + std::log1p(std::exp(-std::abs(score))) - (shown ? score : 0);
}

void CheckBags(const cv::Mat& inputs, const cv::Mat& shown, const cv::Mat& left_out) {
  if (inputs.type() != CV_32FC1 || shown.type() != CV_8UC1 || left_out.type() != CV_8UC1 ||
      inputs.empty() || shown.empty() || inputs.rows % shown.rows != 0 || left_out.cols != 1 ||
      left_out.rows != shown.rows || cv::countNonZero(left_out) == left_out.rows)
    throw std::invalid_argument(fmt::format("LearnFromBags: {} cells, {} bags, {} flags",
                                            inputs.rows, shown.rows, left_out.rows));
  CheckFinite(inputs, "LearnFromBags: inputs");
}

}  // namespace

CellModel LearnFromBags(const cv::Mat& inputs, const cv::Mat& shown, const cv::Mat& left_out,
                        double penalty) {
  CheckBags(inputs, shown, left_out);
  const Standardised standard = Standardise(inputs);
  const int cells = inputs.rows / shown.rows;
  const double bags = shown.rows - cv::countNonZero(left_out);
  cv::Mat strength(inputs.cols + 1, shown.cols, CV_64FC1, cv::Scalar(penalty));
  strength.row(inputs.cols) = 0;  // The bias is free.
  const auto slope = [&](const cv::Mat& theta) -> Slope {
    cv::Mat scores = standard.design * cv::Mat_<float>(theta);
    double loss = 0;
    for (int bag = 0; bag < shown.rows; ++bag) {
      cv::Mat own = scores.rowRange(bag * cells, (bag + 1) * cells);
      if (left_out.at<std::uint8_t>(bag) != 0) {
        own = 0;
        continue;
      }
      for (int cls = 0; cls < shown.cols; ++cls)
        loss += BagLoss(own, cls, shown.at<std::uint8_t>(bag, cls) != 0);
    }
    const cv::Mat gradient = standard.design.t() * scores / bags;
    const cv::Mat pull = strength.mul(theta);
    return {loss / bags + pull.dot(theta), cv::Mat_<double>(gradient) + 2 * pull};
  };
  cv::Mat start = cv::Mat::zeros(strength.size(), CV_64FC1);
  start.row(inputs.cols) = kFirstBias;
  const cv::Mat learned = cv::Mat_<float>(Minimise(slope, start, kBagSteps));
  return Unstandardised(standard, learned.rowRange(0, inputs.cols), learned.row(inputs.cols));
}

}  // namespace gradcut
