#include "gradcut/learn/cell_model.h"

#include "gradcut/core/checks.h"
#include "gradcut/learn/minimise.h"
#include "learn/standardise.h"

#include <fmt/format.h>

#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr MinimiseOptions kMinimise = {.max_steps = 25, .tolerance = 1e-6};

// How much each cell counts, cells x 1; the sum is 1.
cv::Mat CellWeights(const cv::Mat& targets) {
  cv::Mat by_label;
  cv::reduce(targets, by_label, 0, cv::REDUCE_SUM);
  cv::Mat rarity;
  cv::pow(cv::max(by_label, 1e-3), -0.5, rarity);
  const cv::Mat weights = targets * rarity.t();
  return weights / cv::sum(weights)[0];
}

// log(softmax) of each row.
cv::Mat LogSoftmaxOfRows(const cv::Mat& scores) {
  cv::Mat most, shares, sums;
  cv::reduce(scores, most, 1, cv::REDUCE_MAX);
  const cv::Mat lowered = scores - cv::repeat(most, 1, scores.cols);
  cv::exp(lowered, shares);
  cv::reduce(shares, sums, 1, cv::REDUCE_SUM);
  cv::log(sums, sums);
  return lowered - cv::repeat(sums, 1, scores.cols);
}

}  // namespace

cv::Mat CellScores(const CellModel& model, const cv::Mat& inputs) {
  if (inputs.type() != CV_32FC1 || model.weights.type() != CV_32FC1 ||
      model.bias.type() != CV_32FC1 || inputs.cols != model.weights.rows || model.bias.rows != 1 ||
      model.bias.cols != model.weights.cols)
    throw std::invalid_argument(
        fmt::format("CellScores: a model of {} inputs for {}", model.weights.rows, inputs.cols));
  return inputs * model.weights + cv::repeat(model.bias, inputs.rows, 1);
}

CellModel LearnCells(const cv::Mat& inputs, const cv::Mat& targets, double penalty) {
  if (inputs.type() != CV_32FC1 || targets.type() != CV_32FC1 || inputs.empty() ||
      targets.empty() || inputs.rows != targets.rows || !(penalty >= 0))
    throw std::invalid_argument(
        fmt::format("LearnCells: {} rows of inputs, {} of targets, penalty {}", inputs.rows,
                    targets.rows, penalty));
  CheckFinite(inputs, "LearnCells: inputs");
  CheckFinite(targets, "LearnCells: targets");
  const Standardised standard = Standardise(inputs);
  const cv::Mat weights = cv::repeat(CellWeights(targets), 1, targets.cols);
  const cv::Mat wanted = weights.mul(targets);
  cv::Mat strength(inputs.cols + 1, targets.cols, CV_64FC1, cv::Scalar(penalty));
  strength.row(inputs.cols) = 0;  // The bias is free.
  const auto slope = [&](const cv::Mat& theta) -> Slope {
    const cv::Mat logs = LogSoftmaxOfRows(standard.design * cv::Mat_<float>(theta));
    cv::Mat probability;
    cv::exp(logs, probability);
    const cv::Mat gradient = standard.design.t() * (weights.mul(probability) - wanted);
    const cv::Mat pull = strength.mul(theta);
    return {pull.dot(theta) - wanted.dot(logs), cv::Mat_<double>(gradient) + 2 * pull};
  };
  const cv::Mat start = cv::Mat::zeros(strength.size(), CV_64FC1);
  const cv::Mat learned = cv::Mat_<float>(Minimise(slope, start, kMinimise));
  CellModel model;
  model.weights =
      learned.rowRange(0, inputs.cols) / cv::repeat(standard.deviation.t(), 1, targets.cols);
  model.bias = learned.row(inputs.cols) - standard.mean * model.weights;
  return model;
}

}  // namespace gradcut
