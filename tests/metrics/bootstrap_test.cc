#include "gradcut/metrics/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

std::vector<double> NormalSample(int count) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal(10, 2);
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = normal(random);
  return values;
}

TEST(BootstrapMeanTest, WidthIsThatOfTheNormalApproximation) {
  const Interval interval = BootstrapMean(NormalSample(400));
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 * 2 / std::sqrt(400), 0.04);
  EXPECT_LT(interval.low, 10);
  EXPECT_GT(interval.high, 10);
}

TEST(BootstrapMeanTest, SameSeedGivesTheSameInterval) {
  const auto values = NormalSample(50);
  const Interval first = BootstrapMean(values, {.seed = 3});
  const Interval again = BootstrapMean(values, {.seed = 3});
  const Interval other = BootstrapMean(values, {.seed = 4});
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, other.low);
}

TEST(BootstrapMeanTest, ConstantValuesHaveNoSpread) {
  const Interval interval = BootstrapMean(std::vector<double>(20, 0.5));
  EXPECT_EQ(interval.low, 0.5);
  EXPECT_EQ(interval.high, 0.5);
}

TEST(BootstrapMeanTest, NothingHasNoInterval) {
  EXPECT_TRUE(std::isnan(BootstrapMean({}).low));
  EXPECT_TRUE(std::isnan(BootstrapMean({}).high));
}

TEST(BootstrapTest, OptionsOutOfRangeAreRefused) {
  const std::vector<double> values(3, 0.5);
  for (const int resamples : {0, -1})
    EXPECT_THROW(BootstrapMean(values, {.resamples = resamples}), std::invalid_argument);
  for (const double confidence : {0.0, 2.0, std::nan("")})
    EXPECT_THROW(BootstrapMean(values, {.confidence = confidence}), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
