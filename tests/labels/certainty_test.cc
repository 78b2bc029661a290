#include "gradcut/labels/certainty.h"

#include "gradcut/core/error.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(WithoutUnsureTest, KeepsRegionsThatHoldAConfidentPixel) {
  LabelMap map;
  map.labels = (cv::Mat_<std::uint8_t>(1, 7) << 1, 1, 1, 0, 0, 1, 1);
  map.probability = (cv::Mat_<float>(1, 7) << .95F, .75F, .5F, .8F, .8F, .6F, .99F);
  const cv::Mat kept = WithoutUnsure(map, {.confident = 0.9, .unsure = 0.7});
  const cv::Mat expected = (cv::Mat_<std::uint8_t>(1, 7) << 1, 1, 255, 255, 255, 255, 1);
  EXPECT_EQ(cv::countNonZero(kept != expected), 0) << kept;
  EXPECT_EQ(cv::countNonZero(WithoutUnsure(map, {0, 0}) != map.labels), 0);
  EXPECT_THROW(WithoutUnsure(map, {.confident = 0.5, .unsure = 0.7}), Error);
}

}  // namespace
}  // namespace gradcut
