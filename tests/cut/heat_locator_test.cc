#include "cut/heat_locator.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

// Cells of an image of 80 x 60 pixels, whose values are where their middles lie: x and y.
FeatureMap Places() {
  FeatureMap map = {6, 8, cv::Mat(48, 2, CV_32FC1)};
  for (int cell = 0; cell < 48; ++cell) {
    map.values.at<float>(cell, 0) = static_cast<float>(cell % 8 * 10 + 5);
    map.values.at<float>(cell, 1) = static_cast<float>(cell / 8 * 10 + 5);
  }
  return map;
}

TEST(PartOfTest, AllOfAMapIsTheMap) {
  const FeatureMap all = PartOf(Places(), {80, 60}, {0, 0, 80, 60});
  EXPECT_EQ(all.rows, 6);
  EXPECT_EQ(all.cols, 8);
  EXPECT_EQ(cv::norm(all.values, Places().values, cv::NORM_INF), 0);
}

TEST(PartOfTest, CellsLieWhereTheirPixelsDo) {
  const FeatureMap part = PartOf(Places(), {80, 60}, {13, 21, 34, 18});
  ASSERT_EQ(part.rows, 2);
  ASSERT_EQ(part.cols, 3);
  for (int cell = 0; cell < 6; ++cell) {
    EXPECT_NEAR(part.values.at<float>(cell, 0), 13 + (cell % 3 + 0.5) * 34 / 3, 1e-4);
    EXPECT_NEAR(part.values.at<float>(cell, 1), 21 + (cell / 3 + 0.5) * 9, 1e-4);
  }
}

TEST(PartOfTest, AtTheEdgeTheNearestCellCounts) {
  const FeatureMap corner = PartOf(Places(), {80, 60}, {0, 0, 1, 1});
  ASSERT_EQ(corner.values.rows, 1);
  EXPECT_EQ(corner.values.at<float>(0, 0), 5);
  EXPECT_EQ(corner.values.at<float>(0, 1), 5);
}

}  // namespace
}  // namespace gradcut
