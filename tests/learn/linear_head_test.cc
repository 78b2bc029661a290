#include "gradcut/learn/linear_head.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/sparse_file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

// Noise of 12 channels; class 0 raises the first, class 1 lowers the second, class 2 is chance.
struct LabelledFeatures {
  cv::Mat features, shown;
};

LabelledFeatures Draw(int images, double strength) {
  LabelledFeatures samples = {cv::Mat(images, 12, CV_32FC1), cv::Mat(images, 3, CV_8UC1)};
  cv::RNG random(5);
  random.fill(samples.features, cv::RNG::NORMAL, 0, 1);
  for (int i = 0; i < images; ++i) {
    for (int c = 0; c < 3; ++c) samples.shown.at<std::uint8_t>(i, c) = random.uniform(0, 3) == 0;
    samples.features.at<float>(i, 0) +=
        static_cast<float>(strength * samples.shown.at<std::uint8_t>(i, 0));
    samples.features.at<float>(i, 1) -=
        static_cast<float>(strength * samples.shown.at<std::uint8_t>(i, 1));
  }
  // Channels of other scales and offsets teach the same.
  samples.features.col(0) = samples.features.col(0) * 100 + 7;
  return samples;
}

const std::vector<std::string> kNames = {"first", "second", "chance"};

TEST(FitHead, TellsClassesThatCanBeToldAndSaysSoOfThoseThatCannot) {
  const LabelledFeatures samples = Draw(300, 6);
  const HeadFit fit = FitHead(samples.features, samples.shown, kNames);
  EXPECT_GT(fit.classes[0].average_precision, 0.95);
  EXPECT_GT(fit.classes[1].average_precision, 0.95);
  EXPECT_LT(fit.classes[2].average_precision, 0.6);
  EXPECT_EQ(fit.classes[0].examples, cv::countNonZero(samples.shown.col(0)));
  EXPECT_NEAR(fit.mean_average_precision,
              (fit.classes[0].average_precision + fit.classes[1].average_precision +
               fit.classes[2].average_precision) /
                  3,
              1e-9);
  // The head is for raw features: its log odds have the right sign.
  int right = 0;
  for (int i = 0; i < 300; ++i) {
    const cv::Mat score = samples.features.row(i) * fit.head.weights.row(0).t();
    const double odds = score.at<float>(0) + fit.head.bias.at<float>(0);
    right += (odds > 0) == (samples.shown.at<std::uint8_t>(i, 0) != 0);
  }
  EXPECT_GT(right, 285);
}

TEST(FitHead, AveragePrecisionIsOfImagesThatTheHeadHasNotSeen) {
  // As many channels as images: anything can be learned by heart, nothing by rule.
  cv::Mat features(60, 60, CV_32FC1), shown(60, 1, CV_8UC1);
  cv::RNG(3).fill(features, cv::RNG::NORMAL, 0, 1);
  for (int i = 0; i < 60; ++i) shown.at<std::uint8_t>(i) = static_cast<std::uint8_t>(i % 2);
  EXPECT_LT(FitHead(features, shown, {"coin"}).mean_average_precision, 0.75);
}

TEST(FitHead, IsTheSameForTheSameSeed) {
  const LabelledFeatures samples = Draw(80, 2);
  const HeadFit a = FitHead(samples.features, samples.shown, kNames, {.seed = 4});
  const HeadFit b = FitHead(samples.features, samples.shown, kNames, {.seed = 4});
  const HeadFit c = FitHead(samples.features, samples.shown, kNames, {.seed = 5});
  EXPECT_EQ(cv::norm(a.head.weights, b.head.weights, cv::NORM_INF), 0);
  EXPECT_EQ(a.mean_average_precision, b.mean_average_precision);
  EXPECT_NE(a.mean_average_precision, c.mean_average_precision);
}

TEST(FitHead, AClassInEveryImageOrInNoneHasNoPrecision) {
  LabelledFeatures samples = Draw(40, 4);
  samples.shown.col(1) = 1;
  samples.shown.col(2) = 0;
  const HeadFit fit = FitHead(samples.features, samples.shown, kNames);
  EXPECT_FALSE(std::isnan(fit.classes[0].average_precision));
  EXPECT_TRUE(std::isnan(fit.classes[1].average_precision));
  EXPECT_TRUE(std::isnan(fit.classes[2].average_precision));
  EXPECT_EQ(fit.mean_average_precision, fit.classes[0].average_precision);
  EXPECT_TRUE(cv::checkRange(fit.head.weights));
}

TEST(FitHead, RefusesShapesThatDisagree) {
  const LabelledFeatures samples = Draw(10, 1);
  EXPECT_THROW(FitHead(samples.features, samples.shown, {"one"}), std::invalid_argument);
  EXPECT_THROW(FitHead(samples.features.rowRange(0, 9), samples.shown, kNames),
               std::invalid_argument);
  EXPECT_THROW(FitHead(samples.features, samples.shown, kNames, {.folds = 11}),
               std::invalid_argument);
}

TEST(HeadFile, ComesBackAsItWas) {
  const TemporaryFolder folder;
  const LinearHead head = {"net",
                           320,
                           {"a cat", "d\"og\xC3\xA9", "K\xE4tze", "K\xFCtze"},  // Latin-1, too.
                           (cv::Mat_<float>(4, 2) << 1, 2, 3, -4, 5, 6.5, 7, 8),
                           (cv::Mat_<float>(4, 1) << 0.25, -1, 2, 3)};
  WriteHead(head, folder / "head.safetensors");
  const LinearHead read = ReadHead(folder / "head.safetensors");
  EXPECT_EQ(read.architecture, "net");
  EXPECT_EQ(read.size, 320);
  EXPECT_EQ(read.classes, head.classes);
  EXPECT_EQ(cv::norm(read.weights, head.weights, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(read.bias, head.bias, cv::NORM_INF), 0);
  EXPECT_EQ(RowOf(read, "a cat"), 0);
  EXPECT_EQ(RowOf(read, "cow"), -1);
}

TEST(HeadFile, AnythingElseIsRefused) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "text.safetensors", std::string_view("no tensors here"));
  EXPECT_THAT(ErrorOf([&] { ReadHead(folder / "text.safetensors"); }),
              HasSubstr("text.safetensors"));
  LinearHead head = {
      "net", 320, {"a"}, cv::Mat::ones(1, 3, CV_32FC1), cv::Mat::ones(2, 1, CV_32FC1)};
  WriteHead(head, folder / "unequal.safetensors");
  EXPECT_THAT(ErrorOf([&] { ReadHead(folder / "unequal.safetensors"); }),
              HasSubstr("make one with gradcut fit"));
  head.bias = cv::Mat(1, 1, CV_32FC1, cv::Scalar(NAN));
  WriteHead(head, folder / "nan.safetensors");
  EXPECT_THAT(ErrorOf([&] { ReadHead(folder / "nan.safetensors"); }), HasSubstr("not finite"));
}

TEST(HeadFile, MoreChannelsThanAnIntCountsAreRefused) {
  const TemporaryFolder folder;
  WriteSparseSafetensors(
      folder / "head.safetensors",
      R"({"__metadata__":{"format":"gradcut-head-1","size":"320","classes":"[\"a\"]"},)" +
          SparseTensor("weights", "[1,4294967520]", 0, kWrapsTo224) + ',' +
          SparseTensor("bias", "[1]", 4 * kWrapsTo224, 1) + "}",
      4 * kWrapsTo224 + 4);
  EXPECT_THAT(ErrorOf([&] { ReadHead(folder / "head.safetensors"); }), HasSubstr("4294967520"));
}

}  // namespace
}  // namespace gradcut
