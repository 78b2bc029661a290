#include "gradcut/segment/in_turn.h"

#include "support/fake_classifier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace gradcut {
namespace {

constexpr int kSide = 32;

// Sure of a thing in the middle, whatever is there.
NetworkInTurn Sure() {
  at::Tensor weight = at::zeros({3, kSide, kSide});
  for (int row = 0; row < kSide; ++row)
    for (int col = 0; col < kSide; ++col)
      weight[0][row][col] =
          std::exp(-0.02 * ((row - 15.5) * (row - 15.5) + (col - 15.5) * (col - 15.5)));
  return {"sure", Segmenter(LinearClassifier({weight}), {})};
}

// Sees nothing anywhere: its masks are empty.
NetworkInTurn Blind() {
  return {"blind", Segmenter(LinearClassifier({at::full({3, kSide, kSide}, 1.0F)}), {})};
}

// Whoever asks it is told that there is no such class.
NetworkInTurn NotToBeAsked() {
  NetworkInTurn network = Sure();
  network.classes = {7};
  return network;
}

cv::Mat Disc() {
  cv::Mat image(90, 90, CV_8UC3, cv::Scalar(40, 60, 160));
  cv::circle(image, {45, 45}, 30, {220, 140, 30}, cv::FILLED);
  return image;
}

TEST(InTurnTest, OneNetworksMaskIsItsSegmenters) {
  const std::vector<NetworkInTurn> one = {Sure()};
  const SegmentedInTurn kept = SegmentInTurn(one, Disc());
  EXPECT_EQ(kept.network, 0);
  const Segmentation alone = one[0].segmenter.Segment(Disc());
  EXPECT_EQ(cv::norm(kept.segmentation.mask, alone.mask, cv::NORM_INF), 0);
  EXPECT_EQ(kept.segmentation.confidence, alone.confidence);
}

TEST(InTurnTest, AfterAConfidentMaskNobodyElseIsAsked) {
  EXPECT_ANY_THROW(SegmentInTurn(std::vector{NotToBeAsked()}, Disc()));
  const SegmentedInTurn kept = SegmentInTurn(std::vector{Sure(), NotToBeAsked()}, Disc());
  EXPECT_EQ(kept.network, 0);
  EXPECT_GE(kept.segmentation.confidence, 0.9);
}

TEST(InTurnTest, TheMostConfidentMaskIsKept) {
  const SegmentedInTurn kept = SegmentInTurn(std::vector{Blind(), Sure(), NotToBeAsked()}, Disc());
  EXPECT_EQ(kept.network, 1);
  const Segmentation alone = Sure().segmenter.Segment(Disc());
  EXPECT_EQ(cv::norm(kept.segmentation.mask, alone.mask, cv::NORM_INF), 0);
}

TEST(InTurnTest, OfEqualMasksTheEarliestIsKept) {
  EXPECT_EQ(SegmentInTurn(std::vector{Blind(), Blind()}, Disc()).network, 0);
}

TEST(InTurnTest, TimesAreThoseOfAllThatWereAsked) {
  std::map<std::string, int> stages;
  for (const auto& [stage, time] :
       SegmentInTurn(std::vector{Blind(), Sure()}, Disc()).segmentation.milliseconds) {
    EXPECT_EQ(++stages[stage], 1) << stage;
    EXPECT_GE(time, 0) << stage;
  }
  EXPECT_EQ(stages.count("saliency"), 1);
}

TEST(InTurnTest, WithoutANetworkOrARateThereIsNothingToChooseBy) {
  EXPECT_THROW(SegmentInTurn({}, Disc()), std::invalid_argument);
  SegmenterOptions options;
  options.rate = false;
  const std::vector<NetworkInTurn> two = {
      Sure(), {"unrated", Segmenter(LinearClassifier({at::ones({3, kSide, kSide})}), options)}};
  EXPECT_THROW(SegmentInTurn(two, Disc()), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
