#include "gradcut/dataset/polygon_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <vector>

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using Corners = std::vector<cv::Point2d>;

Corners Rectangle(double left, double top, double right, double bottom) {
  return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

TEST(FillPolygonTest, WholePixelsOfARectangle) {
  EXPECT_THAT(FillPolygon(Rectangle(1, 1, 3, 4), 5, 4).counts, ElementsAre(6, 3, 2, 3, 6));
  EXPECT_THAT(FillPolygon(Rectangle(0, 0, 4, 5), 5, 4).counts, ElementsAre(0, 20));
}

TEST(FillPolygonTest, AColumnBelongsToWhatCoversItsMiddle) {
  // Its middle lies between the fine columns 2 and 3, of which 0.5 is rounded to the latter.
  EXPECT_THAT(FillPolygon(Rectangle(0.4, 0, 2, 2), 2, 3).counts, ElementsAre(0, 4, 2));
  EXPECT_THAT(FillPolygon(Rectangle(0.5, 0, 2, 2), 2, 3).counts, ElementsAre(2, 2, 2));
}

TEST(FillPolygonTest, WhatLiesOutsideIsCutOff) {
  EXPECT_THAT(FillPolygon(Rectangle(-7, -3, 2, 1), 3, 3).counts, ElementsAre(0, 1, 2, 1, 5));
  EXPECT_THAT(FillPolygon(Rectangle(5, 5, 9, 9), 3, 3).counts, ElementsAre(9));
  EXPECT_THAT(FillPolygon(Rectangle(-1e6, -1e6, 1e6, 1e6), 3, 3).counts, ElementsAre(0, 9));
}

TEST(FillPolygonTest, WhatIsInsideTwiceIsOutside) {
  Corners twice = Rectangle(0, 0, 3, 3);
  for (const cv::Point2d& corner : Rectangle(0, 0, 3, 3)) twice.push_back(corner);
  EXPECT_THAT(FillPolygon(twice, 3, 3).counts, ElementsAre(9));
}

TEST(FillPolygonTest, RepeatedCornersAndPointsAreNoTrouble) {
  Corners closed = Rectangle(1, 1, 3, 4);
  closed.insert(closed.begin() + 1, closed[1]);
  closed.push_back(closed.front());
  EXPECT_EQ(FillPolygon(closed, 5, 4).counts, FillPolygon(Rectangle(1, 1, 3, 4), 5, 4).counts);
  EXPECT_THAT(FillPolygon(Corners(3, {1, 1}), 5, 4).counts, ElementsAre(20));
  EXPECT_THAT(FillPolygon({}, 5, 4).counts, ElementsAre(20));
}

TEST(FillPolygonTest, BrokenNumbersAreRefused) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(FillPolygon(Rectangle(0, 0, kNaN, 1), 3, 3), std::invalid_argument);
  EXPECT_THROW(FillPolygon(Rectangle(0, 0, 2 * kMaxCoordinate, 1), 3, 3), std::invalid_argument);
  EXPECT_THROW(FillPolygon(Rectangle(0, 0, 1, 1), 0, 3), std::invalid_argument);
  EXPECT_THROW(FillPolygon(Rectangle(0, 0, 1, 1), 1 << 17, 1 << 17), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
