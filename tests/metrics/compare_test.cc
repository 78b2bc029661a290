#include "gradcut/metrics/compare.h"

#include "gradcut/metrics/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace gradcut {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

EvaluateReport Report(std::string column, const std::vector<double>& values) {
  EvaluateReport report;
  report.columns = {std::move(column)};
  for (const double value : values)
    report.images.push_back({std::to_string(report.images.size()), false, {value}});
  return report;
}

TEST(CompareTest, ImagesWonLostAndTiedAreCounted) {
  const Comparison comparison =
      Compare(Report("iou", {0.5, 0.9, 0.25, 1, 0}), Report("iou", {0.25, 0.8, 0.5, 1, 0}));
  ASSERT_EQ(comparison.measures.size(), 1);
  const MeasureDifference& iou = comparison.measures[0];
  EXPECT_EQ(comparison.images, 5);
  EXPECT_EQ(iou.wins->better, 2);
  EXPECT_EQ(iou.wins->worse, 1);
  EXPECT_EQ(iou.wins->tied, 2);
  EXPECT_NEAR(iou.difference, 0.02, 1e-12);
  EXPECT_NEAR(iou.value - iou.other, iou.difference, 1e-12);
}

TEST(CompareTest, SmallerErrorIsTheBetterOne) {
  const Comparison comparison = Compare(Report("mae", {0.1, 0.2}), Report("mae", {0.3, 0.1}));
  EXPECT_EQ(comparison.measures[0].wins->better, 1);
  EXPECT_EQ(comparison.measures[0].wins->worse, 1);
}

TEST(CompareTest, IntervalIsThatOfThePairsNotOfEachSide) {
  // The images differ a lot, the two predictions always by the same.
  std::vector<double> values, others;
  for (int i = 0; i < 50; ++i) {
    values.push_back(i % 2 == 0 ? 0.125 : 0.875);
    others.push_back(values.back() - 0.0625);
  }
  const Comparison comparison = Compare(Report("iou", values), Report("iou", others));
  EXPECT_DOUBLE_EQ(comparison.measures[0].interval.low, 0.0625);
  EXPECT_DOUBLE_EQ(comparison.measures[0].interval.high, 0.0625);
}

TEST(CompareTest, SeedDecidesTheInterval) {
  const EvaluateReport report = Report("iou", {0.5, 0.9, 0.25}), other = Report("iou", {0, 0, 0});
  const auto low = [&](std::uint64_t seed) {
    return Compare(report, other, {.resamples = 10, .seed = seed}).measures[0].interval.low;
  };
  EXPECT_EQ(low(1), low(1));
  EXPECT_NE(low(1), low(2));
}

TEST(CompareTest, SwappedSidesGiveTheMirroredResult) {
  const EvaluateReport a = Report("iou", {0.5, 0.9, 0.25, 0.75}), b = Report("iou", {1, 0, 0, 0.5});
  const MeasureDifference there = Compare(a, b).measures[0], back = Compare(b, a).measures[0];
  EXPECT_EQ(there.difference, -back.difference);
  EXPECT_NEAR(there.interval.low, -back.interval.high, 1e-12);
  EXPECT_EQ(there.wins->better, back.wins->worse);
}

TEST(CompareTest, OnlyImagesThatBothHaveCount) {
  EvaluateReport other = Report("iou", {1, 1, kNone});
  other.images[0].key = "elsewhere";
  const Comparison comparison = Compare(Report("iou", {0, 0.5, 0.5}), other);
  EXPECT_EQ(comparison.images, 2);
  EXPECT_EQ(comparison.measures[0].value, 0.5);
  EXPECT_EQ(comparison.measures[0].wins->worse, 1);
  EXPECT_EQ(comparison.measures[0].wins->tied, 0);
}

TEST(CompareTest, NothingInCommonIsNoNumber) {
  const Comparison comparison = Compare(Report("iou", {}), Report("iou", {1}));
  EXPECT_EQ(comparison.images, 0);
  EXPECT_TRUE(std::isnan(comparison.measures[0].difference));
  EXPECT_TRUE(std::isnan(comparison.measures[0].interval.low));
}

TEST(CompareTest, ClassesAreComparedOverTheDataSet) {
  EvaluateReport report = Report("miou", {1, 0}), other = Report("miou", {1, 0});
  for (EvaluateReport* each : {&report, &other}) each->confusion = Confusion(2);
  // Image 0: 10 of 10 pixels; image 1: 20 of 30 against 5 of 30.
  report.overlaps = {{{1, 10, 10}}, {{1, 20, 30}}};
  other.overlaps = {{{1, 10, 10}}, {{1, 5, 30}}};
  const MeasureDifference miou = Compare(report, other).measures[0];
  EXPECT_EQ(miou.name, "data_set_miou");
  EXPECT_DOUBLE_EQ(miou.value, 30.0 / 40);
  EXPECT_DOUBLE_EQ(miou.difference, 15.0 / 40);
  EXPECT_DOUBLE_EQ(miou.interval.low, 0);           // Image 0 twice.
  EXPECT_DOUBLE_EQ(miou.interval.high, 15.0 / 30);  // Image 1 twice.
  EXPECT_FALSE(miou.wins.has_value());
}

TEST(CompareTest, WhatOnlyTheTruthDecidesIsLeftOut) {
  EXPECT_TRUE(Compare(Report("object_area", {1}), Report("object_area", {1})).measures.empty());
}

TEST(CompareTest, DifferentMeasuresAreRefused) {
  EXPECT_THROW(Compare(Report("iou", {1}), Report("mae", {1})), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
