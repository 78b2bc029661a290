#include "gradcut/labels/cell_net.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// Label 1 where the inputs' signs differ: no linear model tells.
struct Cells {
  cv::Mat inputs = cv::Mat(2000, 2, CV_32FC1);
  cv::Mat targets = cv::Mat::zeros(2000, 2, CV_32FC1);
  Cells() {
    cv::RNG(5).fill(inputs, cv::RNG::UNIFORM, -1, 1);
    for (int i = 0; i < inputs.rows; ++i)
      targets.at<float>(i, inputs.at<float>(i, 0) * inputs.at<float>(i, 1) < 0 ? 1 : 0) = 1;
    inputs = 10 * inputs + 3;  // Standardised inside.
  }
};

// A share of the cells.
double Right(const cv::Mat& scores, const cv::Mat& targets) {
  int right = 0;
  for (int i = 0; i < scores.rows; ++i)
    right += (scores.at<float>(i, 1) > scores.at<float>(i, 0)) == (targets.at<float>(i, 1) > 0.5);
  return static_cast<double>(right) / scores.rows;
}

CellNetOptions Options() {
  return {.hidden = 32, .epochs = 60, .batch = 64, .rate = 1e-2, .hidden_dropout = 0};
}

TEST(CellNetTest, LearnsWhatNoLinearModelCan) {
  const Cells cells;
  const CellNet net = LearnCellNet(cells.inputs, cells.targets, Options());
  EXPECT_GT(Right(CellScores(net, cells.inputs), cells.targets), 0.95);
}

TEST(CellNetTest, SoftTargetsGiveSoftScores) {
  const cv::Mat inputs = cv::Mat::zeros(512, 1, CV_32FC1);
  cv::Mat targets(512, 2, CV_32FC1);
  targets.col(0) = 0.25;
  targets.col(1) = 0.75;
  const cv::Mat scores = CellScores(LearnCellNet(inputs, targets, Options()), inputs);
  EXPECT_NEAR(scores.at<float>(0, 1) - scores.at<float>(0, 0), std::log(3), 0.02);
}

TEST(CellNetTest, TheSeedDecides) {
  const Cells cells;
  CellNetOptions options = Options();
  options.epochs = 1;
  const CellNet a = LearnCellNet(cells.inputs, cells.targets, options);
  const CellNet b = LearnCellNet(cells.inputs, cells.targets, options);
  EXPECT_EQ(cv::norm(a.hidden.weights, b.hidden.weights, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(a.labels.bias, b.labels.bias, cv::NORM_INF), 0);
  options.seed = 1;
  const CellNet c = LearnCellNet(cells.inputs, cells.targets, options);
  EXPECT_GT(cv::norm(a.hidden.weights, c.hidden.weights, cv::NORM_INF), 0.001);
}

TEST(CellNetTest, AStopEndsIt) {
  const Cells cells;
  std::stop_source source;
  source.request_stop();
  EXPECT_TRUE(LearnCellNet(cells.inputs, cells.targets, Options(), source.get_token())
                  .labels.weights.empty());
}

TEST(CellNetTest, OtherShapesBreakTheContract) {
  const Cells cells;
  EXPECT_THROW(LearnCellNet(cells.inputs, cells.targets.rowRange(0, 3), {}), std::invalid_argument);
  EXPECT_THROW(LearnCellNet(cv::Mat(), cv::Mat(), {}), std::invalid_argument);
  const CellNet net = LearnCellNet(cells.inputs, cells.targets, {.epochs = 1});
  EXPECT_THROW(CellScores(net, cv::Mat::ones(1, 3, CV_32FC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
