#include "gradcut/learn/bag_heads.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr int kBags = 60, kCells = 10;

// Bags of cells of noise; each class has a direction of its own, and three cells of a bag that
// shows it lie far along it.
struct Bags {
  cv::Mat inputs = cv::Mat(kBags * kCells, 4, CV_32FC1);
  cv::Mat shown = cv::Mat::zeros(kBags, 2, CV_8UC1);
  cv::Mat left_out = cv::Mat::zeros(kBags, 1, CV_8UC1);
  Bags() {
    cv::RNG random(3);
    random.fill(inputs, cv::RNG::NORMAL, 5, 1);
    for (int bag = 0; bag < kBags; ++bag)
      for (int cls = 0; cls < 2; ++cls) {
        if ((bag >> cls) % 2 == 0) continue;
        shown.at<std::uint8_t>(bag, cls) = 1;
        for (int cell = 0; cell < 3; ++cell)
          inputs.at<float>(bag * kCells + 4 * cls + cell, cls) += 6;
      }
  }
};

// What LearnFromBags makes least, written out.
double Objective(const Bags& bags, const CellModel& model, double penalty) {
  const cv::Mat scores = CellScores(model, bags.inputs);
  double loss = 0;
  for (int bag = 0; bag < kBags; ++bag)
    for (int cls = 0; cls < 2; ++cls) {
      double sum = 0;
      for (int cell = 0; cell < kCells; ++cell)
        sum += std::exp(2 * scores.at<float>(bag * kCells + cell, cls));
      const double score = std::log(sum / kCells) / 2;
      loss += std::log1p(std::exp(score)) - bags.shown.at<std::uint8_t>(bag, cls) * score;
    }
  double pull = 0;
  for (int input = 0; input < bags.inputs.cols; ++input) {
    cv::Scalar mean, deviation;
    cv::meanStdDev(bags.inputs.col(input), mean, deviation);
    for (int cls = 0; cls < 2; ++cls)
      pull += std::pow(model.weights.at<float>(input, cls) * deviation[0], 2);
  }
  return loss / kBags + penalty * pull;
}

TEST(BagHeadsTest, FindsTheCellsThatShowAClass) {
  const Bags bags;
  const cv::Mat scores =
      CellScores(LearnFromBags(bags.inputs, bags.shown, bags.left_out), bags.inputs);
  for (int bag = 0; bag < kBags; ++bag)
    for (int cls = 0; cls < 2; ++cls) {
      if (bags.shown.at<std::uint8_t>(bag, cls) == 0) continue;
      const cv::Mat own = scores.rowRange(bag * kCells, (bag + 1) * kCells).col(cls);
      cv::Point best;
      cv::minMaxLoc(own, nullptr, nullptr, nullptr, &best);
      EXPECT_GE(best.y, 4 * cls);
      EXPECT_LT(best.y, 4 * cls + 3);
    }
}

TEST(BagHeadsTest, NoOtherHeadNearbyIsBetter) {
  const Bags bags;
  const double penalty = 0.05;
  CellModel model = LearnFromBags(bags.inputs, bags.shown, bags.left_out, penalty);
  const double least = Objective(bags, model, penalty);
  for (int input = 0; input < 4; ++input)
    for (const float step : {-0.05F, 0.05F}) {
      CellModel other = {model.weights.clone(), model.bias.clone()};
      other.weights.at<float>(input, 0) += step;
      // The inputs' mean is 5: the bias goes along.
      other.bias.at<float>(0) -= 5 * step;
      EXPECT_GT(Objective(bags, other, penalty), least) << input << " " << step;
    }
}

TEST(BagHeadsTest, BagsThatAreLeftOutTeachNothing) {
  const Bags bags;
  cv::Mat left_out = bags.left_out.clone(), other = bags.inputs.clone();
  left_out.rowRange(0, 20).setTo(1);
  cv::Mat shown = bags.shown.clone();
  shown.rowRange(0, 20) = 1 - shown.rowRange(0, 20);
  const CellModel a = LearnFromBags(bags.inputs, bags.shown, left_out);
  const CellModel b = LearnFromBags(bags.inputs, shown, left_out);
  EXPECT_EQ(cv::norm(a.weights, b.weights, cv::NORM_INF), 0);
  const CellModel all = LearnFromBags(bags.inputs, shown, bags.left_out);
  EXPECT_GT(cv::norm(a.weights, all.weights, cv::NORM_INF), 0.01);
}

TEST(BagHeadsTest, OtherShapesBreakTheContract) {
  const Bags bags;
  const cv::Mat none;
  EXPECT_THROW(LearnFromBags(none, bags.shown, bags.left_out), std::invalid_argument);
  EXPECT_THROW(LearnFromBags(bags.inputs.rowRange(0, 7), bags.shown, bags.left_out),
               std::invalid_argument);
  EXPECT_THROW(LearnFromBags(bags.inputs, bags.shown, bags.left_out.rowRange(0, 3)),
               std::invalid_argument);
  EXPECT_THROW(LearnFromBags(bags.inputs, bags.shown, bags.left_out + 1), std::invalid_argument);
  cv::Mat broken = bags.inputs.clone();
  broken.at<float>(3) = NAN;
  EXPECT_ANY_THROW(LearnFromBags(broken, bags.shown, bags.left_out));
}

TEST(CellModelTest, ScoresAreLinearInTheInputs) {
  const CellModel model = {(cv::Mat_<float>(2, 1) << 2, -1), (cv::Mat_<float>(1, 1) << 3)};
  const cv::Mat scores = CellScores(model, (cv::Mat_<float>(2, 2) << 1, 1, 0, 5));
  EXPECT_EQ(scores.at<float>(0), 4);
  EXPECT_EQ(scores.at<float>(1), -2);
  EXPECT_THROW(CellScores(model, cv::Mat::ones(1, 3, CV_32FC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
