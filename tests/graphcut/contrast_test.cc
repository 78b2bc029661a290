#include "gradcut/graphcut/contrast.h"

#include "gradcut/core/error.h"
#include "gradcut/core/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

GridEnergy Contrast(const cv::Mat& image, const GraphcutOptions& options = {}) {
  GridEnergy energy;
  AddContrastWeights(image, options, energy);
  return energy;
}

cv::Mat RandomImage(int rows, int cols) {
  cv::Mat image(rows, cols, CV_8UC3);
  cv::RNG(3).fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

TEST(Contrast, FollowsTheFormulaOnASmallImage) {
  // Squared differences: east 9 twice, south 16 twice, both diagonals 25.
  const cv::Mat image = (cv::Mat_<cv::Vec3b>(2, 2) << cv::Vec3b(10, 10, 10), cv::Vec3b(10, 13, 10),
                         cv::Vec3b(10, 10, 14), cv::Vec3b(10, 13, 14));
  const double beta = 1 / (2 * (9 + 9 + 16 + 16 + 25 + 25) / 6.0);
  const auto weight = [&](double d2, double distance) {
    return static_cast<int>(std::lround(20'000 * std::exp(-beta * d2) / distance));
  };
  const GridEnergy energy = Contrast(image);
  EXPECT_THAT(energy.pairwise[GridEnergy::kEast], ElementsAre(weight(9, 1), 0, weight(9, 1), 0));
  EXPECT_THAT(energy.pairwise[GridEnergy::kSouth], ElementsAre(weight(16, 1), weight(16, 1), 0, 0));
  EXPECT_THAT(energy.pairwise[GridEnergy::kSouthEast],
              ElementsAre(weight(25, std::sqrt(2)), 0, 0, 0));
  EXPECT_THAT(energy.pairwise[GridEnergy::kSouthWest],
              ElementsAre(0, weight(25, std::sqrt(2)), 0, 0));
}

TEST(Contrast, IsTheSmoothnessAloneOnAFlatImage) {
  const GridEnergy energy =
      Contrast(cv::Mat(1, 3, CV_8UC3, cv::Scalar(5, 6, 7)), {.smoothness = 3, .neighbours = 4});
  EXPECT_THAT(energy.pairwise[GridEnergy::kEast], ElementsAre(3000, 3000, 0));
  EXPECT_THAT(energy.pairwise[GridEnergy::kSouthEast], IsEmpty());
}

TEST(Contrast, HasWeightsOnlyWithinTheGrid) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(7, 1), cv::Size(1, 7), cv::Size(9, 6)}) {
    for (const int neighbours : {4, 8}) {
      EXPECT_NO_THROW(
          Check(Contrast(RandomImage(size.height, size.width), {.neighbours = neighbours})));
    }
  }
}

TEST(Contrast, TurnsWithTheImage) {
  const cv::Mat image = RandomImage(4, 5);
  cv::Mat turned;
  cv::rotate(image, turned, cv::ROTATE_180);
  const auto east = Contrast(image).pairwise[GridEnergy::kEast];
  const auto turned_east = Contrast(turned).pairwise[GridEnergy::kEast];
  for (int row = 0; row < 4; ++row) {
    for (int col = 0; col < 4; ++col) {
      EXPECT_EQ(east[row * 5 + col], turned_east[(3 - row) * 5 + 3 - col]);
    }
  }
}

TEST(Contrast, AddsUpAndStopsAtTheLargestWeight) {
  const cv::Mat image(1, 2, CV_8UC3, cv::Scalar::all(0));
  const GraphcutOptions options{.smoothness = kMaxSmoothness, .neighbours = 4};
  GridEnergy energy = Contrast(image, options);
  EXPECT_EQ(energy.pairwise[GridEnergy::kEast][0], 10'000'000);
  AddContrastWeights(image, options, energy);
  EXPECT_EQ(energy.pairwise[GridEnergy::kEast][0], kMaxPairwise);
}

TEST(Contrast, ReadsPartsOfLargerImages) {
  const cv::Mat image = RandomImage(8, 9);
  const cv::Mat part = image(cv::Rect(2, 1, 4, 5));
  EXPECT_EQ(Contrast(part).pairwise, Contrast(part.clone()).pairwise);
}

TEST(Contrast, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Contrast(cv::Mat()), std::invalid_argument);
  EXPECT_THROW(Contrast(cv::Mat(2, 2, CV_8UC1)), std::invalid_argument);
  EXPECT_THROW(Contrast(RandomImage(2, 2), {.smoothness = -1}), Error);
  EXPECT_THROW(Contrast(RandomImage(2, 2), {.neighbours = 6}), Error);
  GridEnergy other = MakeGridEnergy(3, 2, 8);
  EXPECT_THROW(AddContrastWeights(RandomImage(2, 3), {}, other), std::invalid_argument);
}

TEST(GraphcutOptions, DefaultsAreValid) { EXPECT_NO_THROW(Validate(GraphcutOptions{})); }

TEST(SetUnary, ScalesRoundsAndCutsOff) {
  const float infinity = std::numeric_limits<float>::infinity();
  GridEnergy energy;
  SetUnary((cv::Mat_<float>(1, 5) << 0.0004F, -1.5F, 2.0006F, infinity, -1e30F), energy);
  EXPECT_THAT(energy.unary, ElementsAre(0, -1500, 2001, 10'000'000, -10'000'000));
}

TEST(SetUnary, RefusesWhatIsNoNumberOrDoesNotFit) {
  GridEnergy energy = MakeGridEnergy(1, 2, 8);
  EXPECT_THROW(SetUnary((cv::Mat_<float>(1, 2) << 0, std::nanf("")), energy),
               std::invalid_argument);
  EXPECT_THROW(SetUnary(cv::Mat::zeros(2, 1, CV_32F), energy), std::invalid_argument);
  EXPECT_THROW(SetUnary(cv::Mat::zeros(1, 2, CV_64F), energy), std::invalid_argument);
}

TEST(SetUnary, GivesAnEnergyOfWeightsAloneItsCosts) {
  GridEnergy energy;
  energy.rows = 1;
  energy.cols = 2;
  SetUnary((cv::Mat_<float>(1, 2) << 1, -1), energy);
  EXPECT_THAT(energy.unary, ElementsAre(1000, -1000));
  energy.unary.resize(1);
  EXPECT_THROW(SetUnary(cv::Mat::zeros(1, 2, CV_32F), energy), std::invalid_argument);
}

TEST(ApplySeeds, MakesSeedsCertainAndKeepsTheRest) {
  GridEnergy energy = MakeGridEnergy(1, 3, 8);
  energy.unary = {7, 8, 9};
  ApplySeeds((cv::Mat_<std::uint8_t>(1, 3) << kMaskForeground, kTrimapUnknown, kMaskBackground),
             energy);
  EXPECT_THAT(energy.unary, ElementsAre(kHardForeground, 8, kHardBackground));
}

TEST(ApplySeeds, TakesMissingCostsForZero) {
  GridEnergy energy;
  energy.rows = 1;
  energy.cols = 2;
  ApplySeeds((cv::Mat_<std::uint8_t>(1, 2) << kMaskForeground, kTrimapUnknown), energy);
  EXPECT_THAT(energy.unary, ElementsAre(kHardForeground, 0));
}

TEST(ApplySeeds, RefusesOtherValuesAndSizes) {
  GridEnergy energy = MakeGridEnergy(1, 3, 8);
  EXPECT_THROW(ApplySeeds((cv::Mat_<std::uint8_t>(1, 3) << 0, 1, 255), energy),
               std::invalid_argument);
  EXPECT_THROW(ApplySeeds(cv::Mat::zeros(3, 1, CV_8U), energy), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
