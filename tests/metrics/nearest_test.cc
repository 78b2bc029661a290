#include "gradcut/metrics/nearest.h"

#include <gtest/gtest.h>

#include <climits>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// Tries every pixel; columns first, so that the first of equals is the leftmost, then topmost.
cv::Vec2i NearestByBruteForce(const cv::Mat& set, int row, int col) {
  cv::Vec2i nearest(-1, -1);
  int smallest = INT_MAX;
  for (int c = 0; c < set.cols; ++c)
    for (int r = 0; r < set.rows; ++r) {
      const int distance = (r - row) * (r - row) + (c - col) * (c - col);
      if (set.at<std::uint8_t>(r, c) == 0 || distance >= smallest) continue;
      smallest = distance;
      nearest = {r, c};
    }
  return nearest;
}

TEST(NearestInSetTest, EqualsBruteForceOnRandomSets) {
  cv::RNG rng(7);
  for (int round = 0; round < 300; ++round) {
    cv::Mat set(rng.uniform(1, 14), rng.uniform(1, 14), CV_8U);
    rng.fill(set, cv::RNG::UNIFORM, 0, 100);
    set = set < rng.uniform(1, 60);
    const cv::Mat nearest = NearestInSet(set);
    for (int row = 0; row < set.rows; ++row)
      for (int col = 0; col < set.cols; ++col)
        ASSERT_EQ(nearest.at<cv::Vec2i>(row, col), NearestByBruteForce(set, row, col))
            << set << " at " << row << ", " << col;
  }
}

TEST(NearestInSetTest, EmptySetHasNoNearestPixel) {
  const cv::Mat nearest = NearestInSet(cv::Mat::zeros(3, 5, CV_8U));
  EXPECT_EQ(nearest.at<cv::Vec2i>(0, 0), cv::Vec2i(-1, -1));
  EXPECT_EQ(nearest.at<cv::Vec2i>(2, 4), cv::Vec2i(-1, -1));
}

TEST(NearestInSetTest, OtherTypesAreRefused) {
  EXPECT_THROW(NearestInSet(cv::Mat::zeros(3, 5, CV_32F)), std::invalid_argument);
  EXPECT_THROW(NearestInSet(cv::Mat()), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
