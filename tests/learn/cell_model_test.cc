#include "gradcut/learn/cell_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

cv::Mat OneHot(const std::vector<int>& labels, int count) {
  cv::Mat targets = cv::Mat::zeros(static_cast<int>(labels.size()), count, CV_32FC1);
  for (std::size_t i = 0; i < labels.size(); ++i)
    targets.at<float>(static_cast<int>(i), labels[i]) = 1;
  return targets;
}

// Three clouds of 60, 30 and 10 cells in two dimensions, which overlap.
struct Clouds {
  cv::Mat inputs = cv::Mat(100, 2, CV_32FC1);
  cv::Mat targets;
  Clouds() {
    cv::RNG random(7);
    std::vector<int> labels;
    for (int i = 0; i < 100; ++i) {
      labels.push_back(i < 60 ? 0 : i < 90 ? 1 : 2);
      inputs.at<float>(i, 0) =
          static_cast<float>(random.gaussian(1) + (labels.back() == 1 ? 3 : 0));
      inputs.at<float>(i, 1) =
          static_cast<float>(10 * random.gaussian(1) + (labels.back() == 2 ? 25 : 0));
    }
    targets = OneHot(labels, 3);
  }
};

// What LearnCells makes least, written out cell by cell.
double Objective(const Clouds& clouds, const CellModel& model, double penalty) {
  const double often[] = {60, 30, 10};
  double loss = 0, total = 0;
  for (int i = 0; i < 100; ++i) {
    double sum = 0, of_truth = 0, weight = 0;
    for (int k = 0; k < 3; ++k) {
      const double score =
          clouds.inputs.row(i).t().dot(model.weights.col(k)) + model.bias.at<float>(k);
      sum += std::exp(score);
      if (clouds.targets.at<float>(i, k) == 0) continue;
      of_truth = score;
      weight = 1 / std::sqrt(often[k]);
    }
    loss += weight * (std::log(sum) - of_truth);
    total += weight;
  }
  double length = 0;
  for (int d = 0; d < 2; ++d) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(clouds.inputs.col(d), mean, deviation);
    for (int k = 0; k < 3; ++k) length += std::pow(model.weights.at<float>(d, k) * deviation[0], 2);
  }
  return loss / total + penalty * length;
}

TEST(CellModelTest, WithoutInputsThatTellTheSquareRootsOfTheCountsDecide) {
  const cv::Mat inputs(10, 1, CV_32FC1, cv::Scalar(5));
  const CellModel model = LearnCells(inputs, OneHot({0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2));
  const cv::Mat scores = CellScores(model, inputs.row(0));
  ASSERT_EQ(scores.size(), cv::Size(2, 1));
  EXPECT_NEAR(scores.at<float>(0) - scores.at<float>(1), std::log(3), 1e-4);  // sqrt(9 / 1).
}

TEST(CellModelTest, NoStepFromWhatIsLearnedLowersTheObjective) {
  const Clouds clouds;
  const double penalty = 0.01, step = 0.002;
  const CellModel model = LearnCells(clouds.inputs, clouds.targets, penalty);
  for (int i = 0; i < 9; ++i) {
    double value[2];
    for (const int side : {0, 1}) {
      CellModel moved = {model.weights.clone(), model.bias.clone()};
      float& entry = i < 6 ? moved.weights.at<float>(i / 3, i % 3) : moved.bias.at<float>(i - 6);
      entry += static_cast<float>(side == 0 ? step : -step);
      value[side] = Objective(clouds, moved, penalty);
      EXPECT_GT(value[side], Objective(clouds, model, penalty)) << i;
    }
    EXPECT_NEAR((value[0] - value[1]) / (2 * step), 0, 2e-3) << i;  // Central difference.
  }
}

TEST(CellModelTest, TellsCloudsApartAndIsTheSameEveryTime) {
  const Clouds clouds;
  const CellModel model = LearnCells(clouds.inputs, clouds.targets);
  const cv::Mat scores = CellScores(model, clouds.inputs);
  int right = 0;
  for (int i = 0; i < 100; ++i) {
    cv::Point best;
    cv::minMaxLoc(scores.row(i), nullptr, nullptr, nullptr, &best);
    right += clouds.targets.at<float>(i, best.x) == 1;
  }
  EXPECT_GE(right, 85);
  const CellModel again = LearnCells(clouds.inputs, clouds.targets);
  EXPECT_EQ(cv::norm(model.weights, again.weights, cv::NORM_INF), 0);
}

TEST(CellModelTest, RefusesWhatDoesNotFit) {
  EXPECT_THROW(LearnCells(cv::Mat(), cv::Mat()), std::invalid_argument);
  EXPECT_THROW(LearnCells(cv::Mat::zeros(3, 2, CV_32FC1), cv::Mat::zeros(4, 2, CV_32FC1)),
               std::invalid_argument);
  EXPECT_THROW(LearnCells(cv::Mat(3, 2, CV_32FC1, cv::Scalar(NAN)), cv::Mat::ones(3, 2, CV_32FC1)),
               std::invalid_argument);
  const CellModel model = {cv::Mat::zeros(2, 3, CV_32FC1), cv::Mat::zeros(1, 3, CV_32FC1)};
  EXPECT_THROW(CellScores(model, cv::Mat::zeros(4, 5, CV_32FC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
