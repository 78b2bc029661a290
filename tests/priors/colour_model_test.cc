#include "gradcut/priors/colour_model.h"

#include "gradcut/core/error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace gradcut {
namespace {

// Left half red, right half blue.
cv::Mat TwoColours() {
  cv::Mat image(8, 8, CV_8UC3, cv::Scalar(200, 20, 20));
  image.colRange(4, 8).setTo(cv::Scalar(20, 20, 200));
  return image;
}

cv::Mat Half(int from, int to) {
  cv::Mat weight = cv::Mat::zeros(8, 8, CV_32FC1);
  weight.colRange(from, to).setTo(1);
  return weight;
}

cv::Mat LogOdds(const cv::Mat& object_weight, const cv::Mat& background_weight,
                const ColourOptions& options = {.bins = 16}) {
  return ColourModel(TwoColours(), options).LogOdds(object_weight, background_weight);
}

TEST(ColourModel, ColourOfTheObjectFavoursTheObject) {
  const cv::Mat odds = LogOdds(Half(0, 2), Half(6, 8), {.bins = 16, .clip = 3});
  EXPECT_FLOAT_EQ(odds.at<float>(3, 3), 3);
  EXPECT_FLOAT_EQ(odds.at<float>(3, 4), -3);
}

TEST(ColourModel, SwappedSidesChangeTheSign) {
  const cv::Mat one = LogOdds(Half(0, 5), Half(5, 8));
  const cv::Mat other = LogOdds(Half(5, 8), Half(0, 5));
  EXPECT_LT(cv::norm(one + other), 1e-5);
  EXPECT_GT(cv::norm(one), 1);
}

TEST(ColourModel, LogRatioOfTheShares) {
  // Of the object's 4 columns one is blue, of the background's 4 all are: log(1/4) for blue.
  const cv::Mat odds = LogOdds(Half(1, 5), Half(4, 8), {.bins = 16, .smoothing = 0, .clip = 50});
  EXPECT_NEAR(odds.at<float>(0, 7), std::log(0.25), 1e-6);
}

TEST(ColourModel, WeightScalesTheAnswer) {
  const cv::Mat odds = LogOdds(Half(0, 2), Half(6, 8), {.weight = 0.5, .bins = 16, .clip = 3});
  EXPECT_FLOAT_EQ(odds.at<float>(0, 0), 1.5F);
}

TEST(ColourModel, EmptySideSaysNothing) {
  const cv::Mat nobody = cv::Mat::zeros(8, 8, CV_32FC1);
  EXPECT_EQ(cv::norm(LogOdds(nobody, Half(0, 4))), 0);
  EXPECT_EQ(cv::norm(LogOdds(Half(0, 4), nobody)), 0);
  EXPECT_EQ(cv::norm(LogOdds(nobody, nobody)), 0);
}

TEST(ColourModel, FlatImageFavoursNeitherSide) {
  const ColourModel grey(cv::Mat(8, 8, CV_8UC3, cv::Scalar(7, 8, 9)), {.bins = 16});
  EXPECT_LT(cv::norm(grey.LogOdds(Half(0, 1), Half(2, 8))), 1e-6);
}

TEST(ColourModel, SizesMustAgree) {
  EXPECT_THROW(LogOdds(cv::Mat::zeros(4, 4, CV_32FC1), Half(0, 4)), std::invalid_argument);
}

// The histograms by the definition: over the whole cube, in the order of its cells.
cv::Mat LogOddsOverTheCube(const cv::Mat& image, const cv::Mat& object, const cv::Mat& background,
                           int bins, double sigma) {
  cv::Mat lab;
  cv::cvtColor(image, lab, cv::COLOR_RGB2Lab);
  const auto bin = [&](int row, int col, int k) {
    return lab.at<cv::Vec3b>(row, col)[k] * bins / 256;
  };
  const auto density = [&](const cv::Mat& weight, int l, int a, int b) {
    double sum = 0, whole = 0;
    for (int row = 0; row < lab.rows; ++row)
      for (int col = 0; col < lab.cols; ++col) {
        const int at[3] = {bin(row, col, 0), bin(row, col, 1), bin(row, col, 2)}, to[3] = {l, a, b};
        double here = weight.at<float>(row, col), everywhere = here;
        for (int k = 0; k < 3; ++k) {
          const auto kernel = [&](int offset) {
            return std::abs(offset) <= std::ceil(3 * sigma)
                       ? std::exp(-0.5 * offset * offset / (sigma * sigma))
                       : 0;
          };
          double reached = 0;
          for (int other = 0; other < bins; ++other) reached += kernel(other - at[k]);
          here *= kernel(to[k] - at[k]);
          everywhere *= reached;
        }
        sum += here;
        whole += everywhere;
      }
    return sum / whole;
  };
  cv::Mat log_odds(image.size(), CV_32FC1);
  for (int row = 0; row < lab.rows; ++row)
    for (int col = 0; col < lab.cols; ++col) {
      const int l = bin(row, col, 0), a = bin(row, col, 1), b = bin(row, col, 2);
      log_odds.at<float>(row, col) = static_cast<float>(
          std::log((density(object, l, a, b) + 1e-9) / (density(background, l, a, b) + 1e-9)));
    }
  return log_odds;
}

TEST(ColourModel, OptionsOutOfRangeAreRefused) {
  for (const ColourOptions& options : {ColourOptions{.bins = 0}, ColourOptions{.bins = 257},
                                       ColourOptions{.smoothing = -1}, ColourOptions{.clip = NAN}})
    EXPECT_THROW(ColourModel(TwoColours(), options), Error);
}

TEST(ColourModel, IsThatOfTheWholeCube) {
  cv::Mat image(8, 8, CV_8UC3), object(8, 8, CV_32FC1);
  cv::RNG random(1);
  for (const int spread : {20, 256}) {
    random.fill(image, cv::RNG::UNIFORM, 0, spread);
    random.fill(object, cv::RNG::UNIFORM, 0., 1.);
    for (const int bins : {2, 5, 64})
      for (const double sigma : {0.5, 1.0, 2.0}) {
        const ColourModel model(image, {.bins = bins, .smoothing = sigma, .clip = 100});
        const cv::Mat expected = LogOddsOverTheCube(image, object, 1 - object, bins, sigma);
        EXPECT_LT(cv::norm(model.LogOdds(object, 1 - object), expected, cv::NORM_INF), 1e-4)
            << bins << " bins, sigma " << sigma;
      }
  }
}

}  // namespace
}  // namespace gradcut
