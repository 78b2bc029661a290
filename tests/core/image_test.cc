#include "gradcut/core/image.h"

#include "gradcut/core/softmax.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(SoftJaccard, IsTheShareOfWhatBothHave) {
  const cv::Mat a = (cv::Mat_<float>(1, 3) << 1, 0.5F, 0),
                b = (cv::Mat_<float>(1, 3) << 1, 0, 0.5F);
  EXPECT_DOUBLE_EQ(*SoftJaccard(a, b), 0.5);
  EXPECT_DOUBLE_EQ(*SoftJaccard(a, a), 1);
  EXPECT_FALSE(SoftJaccard(a * 0, b * 0).has_value());
}

TEST(Softmax, AddsUpToOneAndTakesLargeScores) {
  const std::vector<cv::Mat> scores = {cv::Mat(1, 1, CV_32FC1, cv::Scalar(1000)),
                                       cv::Mat(1, 1, CV_32FC1, cv::Scalar(1000 + std::log(3)))};
  const std::vector<cv::Mat> shares = Softmax(scores), logs = LogSoftmax(scores);
  EXPECT_NEAR(shares[0].at<float>(0), 0.25, 1e-4);
  EXPECT_NEAR(shares[1].at<float>(0), 0.75, 1e-4);
  for (int c : {0, 1}) EXPECT_NEAR(std::exp(logs[c].at<float>(0)), shares[c].at<float>(0), 1e-6);
}

}  // namespace
}  // namespace gradcut
