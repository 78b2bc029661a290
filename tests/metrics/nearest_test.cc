#include "gradcut/metrics/nearest.h"

#include <gtest/gtest.h>

#include <climits>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

// Tries every pixel; columns first, so that the first of equals is the leftmost, then topmost.
int NearestByBruteForce(const cv::Mat& set, int row, int col) {
  int nearest = -1;
  int smallest = INT_MAX;
  for (int c = 0; c < set.cols; ++c)
    for (int r = 0; r < set.rows; ++r) {
      const int distance = (r - row) * (r - row) + (c - col) * (c - col);
      if (set.at<std::uint8_t>(r, c) == 0 || distance >= smallest) continue;
      smallest = distance;
      nearest = r * set.cols + c;
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
        ASSERT_EQ(nearest.at<int>(row, col), NearestByBruteForce(set, row, col))
            << set << " at " << row << ", " << col;
  }
}

TEST(NearestInSetTest, EmptySetHasNoNearestPixel) {
  EXPECT_EQ(cv::countNonZero(NearestInSet(cv::Mat::zeros(3, 5, CV_8U)) != -1), 0);
}

TEST(NearestInSetTest, OtherTypesAreRefused) {
  EXPECT_THROW(NearestInSet(cv::Mat::zeros(3, 5, CV_32F)), std::invalid_argument);
  EXPECT_THROW(NearestInSet(cv::Mat()), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
