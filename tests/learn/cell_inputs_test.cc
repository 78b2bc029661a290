#include "gradcut/learn/cell_inputs.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(CellInputsTest, ActivationsAndTheirMeanOverTheCellsAround) {
  FeatureMap features = {3, 3, cv::Mat(9, 1, CV_32FC1)};
  for (int i = 0; i < 9; ++i) features.values.at<float>(i) = static_cast<float>(i + 1);
  const cv::Mat inputs = CellInputs(features);
  ASSERT_EQ(inputs.size(), cv::Size(2, 9));
  EXPECT_FLOAT_EQ(inputs.at<float>(4, 0), 5);
  EXPECT_FLOAT_EQ(inputs.at<float>(4, 1), 5);
  EXPECT_FLOAT_EQ(inputs.at<float>(0, 0), 1);
  EXPECT_FLOAT_EQ(inputs.at<float>(0, 1), (1 + 2 + 4 + 5) / 4.0F);
  EXPECT_FLOAT_EQ(inputs.at<float>(5, 1), (2 + 3 + 5 + 6 + 8 + 9) / 6.0F);
}

}  // namespace
}  // namespace gradcut
