#include "gradcut/learn/minimise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>

namespace gradcut {
namespace {

TEST(Minimise, FindsTheLeastPointOfAQuadraticHoweverStretched) {
  const cv::Mat target = (cv::Mat_<double>(2, 2) << 3, -2, 0.5, 1);
  const cv::Mat scale = (cv::Mat_<double>(2, 2) << 1, 1000, 0.01, 30);
  const auto bowl = [&](const cv::Mat& x) -> Slope {
    const cv::Mat away = x - target;
    return {0.5 * away.dot(scale.mul(away)), scale.mul(away)};
  };
  const cv::Mat found =
      Minimise(bowl, cv::Mat::zeros(2, 2, CV_64FC1), {.max_steps = 200, .tolerance = 1e-9});
  EXPECT_LT(cv::norm(found, target, cv::NORM_INF), 1e-6);
}

TEST(Minimise, FindsTheLeastPointOfALogisticLoss) {
  // log(1 + e^-x) + log(1 + e^x) * 3 is least where sigmoid(x) = 1/4.
  const auto loss = [](const cv::Mat& x) -> Slope {
    const double z = x.at<double>(0), p = 1 / (1 + std::exp(-z));
    return {std::log1p(std::exp(-z)) + 3 * std::log1p(std::exp(z)),
            cv::Mat(1, 1, CV_64FC1, cv::Scalar(4 * p - 1))};
  };
  const cv::Mat found = Minimise(loss, cv::Mat(1, 1, CV_64FC1, cv::Scalar(6)), {.tolerance = 1e-9});
  EXPECT_NEAR(found.at<double>(0), -std::log(3), 1e-6);
}

TEST(Minimise, StaysWhereTheGradientIsZeroAndDoesNotTouchTheStart) {
  const cv::Mat start = cv::Mat::ones(3, 1, CV_64FC1);
  const auto flat = [](const cv::Mat& x) -> Slope {
    return {1, cv::Mat::zeros(x.size(), CV_64FC1)};
  };
  EXPECT_EQ(cv::norm(Minimise(flat, start), start, cv::NORM_INF), 0);
  const auto bowl = [](const cv::Mat& x) -> Slope { return {0.5 * x.dot(x), x.clone()}; };
  EXPECT_LT(cv::norm(Minimise(bowl, start), cv::NORM_INF), 1e-5);
  EXPECT_EQ(cv::norm(start, cv::Mat::ones(3, 1, CV_64FC1), cv::NORM_INF), 0);
  EXPECT_THROW(Minimise(bowl, cv::Mat::ones(3, 1, CV_32FC1)), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
