#include "gradcut/learn/objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/feature_maps.h"
#include "support/sparse_file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <span>
#include <vector>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// ---- Inputs and probability

TEST(ObjectnessInputsTest, ActivationsAndTheirMeanOverTheCellsAround) {
  FeatureMap features = {3, 3, cv::Mat(9, 1, CV_32FC1)};
  for (int i = 0; i < 9; ++i) features.values.at<float>(i) = static_cast<float>(i + 1);
  const cv::Mat inputs = ObjectnessInputs(features);
  ASSERT_EQ(inputs.size(), cv::Size(2, 9));
  EXPECT_FLOAT_EQ(inputs.at<float>(4, 0), 5);
  EXPECT_FLOAT_EQ(inputs.at<float>(4, 1), 5);
  EXPECT_FLOAT_EQ(inputs.at<float>(0, 0), 1);
  EXPECT_FLOAT_EQ(inputs.at<float>(0, 1), (1 + 2 + 4 + 5) / 4.0F);
  EXPECT_FLOAT_EQ(inputs.at<float>(5, 1), (2 + 3 + 5 + 6 + 8 + 9) / 6.0F);
}

TEST(ObjectnessProbabilityTest, SigmoidOfTheWeightedInputs) {
  const FeatureMap features = {1, 2, (cv::Mat_<float>(2, 1) << 1, 3)};
  const ObjectnessHead head = {"net", (cv::Mat_<float>(1, 2) << 2, -1), 0.5F};
  const cv::Mat p = ObjectnessProbability(head, features);
  ASSERT_EQ(p.size(), cv::Size(2, 1));
  EXPECT_NEAR(p.at<float>(0), Sigmoid(2 * 1 - 2 + 0.5), 1e-6);
  EXPECT_NEAR(p.at<float>(1), Sigmoid(2 * 3 - 2 + 0.5), 1e-6);
}

TEST(ObjectnessProbabilityTest, MirroredFeaturesGiveTheMirroredMap) {
  const FeatureMap features = RandomFeatures(5, 7, 4, /*seed=*/1);
  const ObjectnessHead head = {"net", RandomFeatures(1, 1, 8, /*seed=*/2).values, 0};
  EXPECT_LT(Difference(Mirrored(ObjectnessProbability(head, features)),
                       ObjectnessProbability(head, Mirrored(features))),
            1e-6);
}

TEST(ObjectnessProbabilityTest, FeaturesOfAnotherNetworkBreakTheContract) {
  const ObjectnessHead head = {"net", cv::Mat::ones(1, 8, CV_32FC1), 0};
  EXPECT_THROW(ObjectnessProbability(head, RandomFeatures(2, 2, 8, 1)), std::invalid_argument);
  EXPECT_THROW(ObjectnessProbability(head, {}), std::invalid_argument);
}

// ---- Learning

// Images of a logistic model: targets are its probabilities.
std::vector<ObjectnessSample> LogisticSamples(const cv::Mat& weights, double bias, int images = 4,
                                              int cells = 300) {
  std::vector<ObjectnessSample> samples;
  for (int i = 0; i < images; ++i) {
    ObjectnessSample sample = {RandomFeatures(cells, 1, weights.cols, 10 + i).values, {}};
    sample.inputs += cv::Scalar(1 + i);  // The images differ.
    sample.targets = sample.inputs * weights.t() + bias;
    for (int cell = 0; cell < cells; ++cell)
      sample.targets.at<float>(cell) = static_cast<float>(Sigmoid(sample.targets.at<float>(cell)));
    samples.push_back(sample);
  }
  return samples;
}

ObjectnessHead Learn(const std::vector<ObjectnessSample>& samples, double penalty = 2e-3) {
  return LearnObjectness(
      samples.size(), [&](std::size_t i) { return samples[i]; }, penalty);
}

const cv::Mat kWeights = (cv::Mat_<float>(1, 3) << 1, -2, 0.5);
constexpr double kBias = 0.7;

TEST(LearnObjectnessTest, LogisticModelIsFoundAgain) {
  const ObjectnessHead head = Learn(LogisticSamples(kWeights, kBias), /*penalty=*/0);
  EXPECT_LT(Difference(head.weights, kWeights), 1e-3);
  EXPECT_NEAR(head.bias, kBias, 1e-3);
}

TEST(CalibrateBiasTest, TheMeanProbabilityBecomesTheShareAndWeightsStay) {
  const std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias);
  const auto read = [&](std::size_t i) { return samples[i]; };
  for (const double share : {0.05, 0.3, 0.9}) {
    ObjectnessHead head = Learn(samples);
    const cv::Mat weights = head.weights.clone();
    CalibrateBias(samples.size(), read, share, head);
    double mean = 0;
    for (const ObjectnessSample& sample : samples)
      for (int cell = 0; cell < sample.inputs.rows; ++cell)
        mean += Sigmoid(sample.inputs.row(cell).dot(head.weights) + head.bias) /
                static_cast<double>(sample.inputs.rows * samples.size());
    EXPECT_NEAR(mean, share, 1e-4);
    EXPECT_EQ(Difference(head.weights, weights), 0);
  }
  ObjectnessHead head = Learn(samples);
  EXPECT_THROW(CalibrateBias(0, read, 0.3, head), std::invalid_argument);
}

// Mean over images of the mean cross entropy, and the penalty on standardised weights.
double Loss(const std::vector<ObjectnessSample>& samples, const cv::Mat& deviation,
            const cv::Mat& weights, double bias, double penalty) {
  double loss = 0;
  for (const ObjectnessSample& sample : samples) {
    double sum = 0;
    for (int cell = 0; cell < sample.inputs.rows; ++cell) {
      double odds = bias;
      for (int i = 0; i < weights.cols; ++i)
        odds += weights.at<double>(i) * sample.inputs.at<float>(cell, i);
      // log(1 + exp(odds)) - target * odds, without overflow.
      sum += std::max(odds, 0.0) + std::log1p(std::exp(-std::abs(odds))) -
             sample.targets.at<float>(cell) * odds;
    }
    loss += sum / sample.inputs.rows / static_cast<double>(samples.size());
  }
  const cv::Mat standardised = weights.mul(deviation);
  return loss + penalty * standardised.dot(standardised);
}

// Of samples with equally many cells each.
cv::Mat Deviation(const std::vector<ObjectnessSample>& samples) {
  std::vector<cv::Mat> inputs;
  for (const ObjectnessSample& sample : samples) inputs.push_back(sample.inputs);
  cv::Mat all, deviation(1, inputs[0].cols, CV_64FC1);
  cv::vconcat(inputs, all);
  for (int i = 0; i < all.cols; ++i) {
    cv::Scalar mean, spread;
    cv::meanStdDev(all.col(i), mean, spread);
    deviation.at<double>(i) = spread[0];
  }
  return deviation;
}

// The length of the loss's gradient by the standardised weights and the bias.
double SlopeAt(const ObjectnessHead& head, const std::vector<ObjectnessSample>& samples,
               double penalty) {
  constexpr double kStep = 1e-4;
  const cv::Mat deviation = Deviation(samples);
  cv::Mat weights;
  head.weights.convertTo(weights, CV_64F);
  const auto loss = [&](const cv::Mat& at, double bias) {
    return Loss(samples, deviation, at, bias, penalty);
  };
  double squares = 0;
  for (int i = 0; i < weights.cols; ++i) {
    cv::Mat up = weights.clone(), down = weights.clone();
    up.at<double>(i) += kStep / deviation.at<double>(i);
    down.at<double>(i) -= kStep / deviation.at<double>(i);
    squares += std::pow((loss(up, head.bias) - loss(down, head.bias)) / (2 * kStep), 2);
  }
  const double by_bias =
      (loss(weights, head.bias + kStep) - loss(weights, head.bias - kStep)) / (2 * kStep);
  return std::sqrt(squares + by_bias * by_bias);
}

TEST(LearnObjectnessTest, LossIsStationaryAtTheSolution) {
  const std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias);
  for (const double penalty : {1e-4, 2e-3, 0.5}) {
    EXPECT_LT(SlopeAt(Learn(samples, penalty), samples, penalty), 1e-5) << penalty;
    ObjectnessHead elsewhere = Learn(samples, penalty);
    elsewhere.weights.at<float>(0) += 0.1F;
    EXPECT_GT(SlopeAt(elsewhere, samples, penalty), 1e-4) << penalty;
  }
}

TEST(LearnObjectnessTest, SidesThatCanBeSeparatedHaveASolutionToo) {
  // One cell in a hundred is object, and far from the others.
  for (const double distance : {1.0, 10.0, 1000.0}) {
    ObjectnessSample sample = {RandomFeatures(500, 1, 2, 3).values,
                               cv::Mat::zeros(500, 1, CV_32FC1)};
    sample.inputs.rowRange(0, 5) += cv::Scalar(5 + distance);
    sample.targets.rowRange(0, 5).setTo(1);
    for (const double penalty : {1e-5, 2e-3}) {
      const ObjectnessHead head = Learn({sample}, penalty);
      EXPECT_LT(SlopeAt(head, {sample}, penalty), 1e-4) << distance << " " << penalty;
    }
  }
}

TEST(LearnObjectnessTest, MasksOfOneSideAloneGiveFiniteWeights) {
  for (const double side : {0.0, 1.0}) {
    const ObjectnessSample sample = {RandomFeatures(50, 1, 3, 3).values,
                                     cv::Mat(50, 1, CV_32FC1, cv::Scalar(side))};
    const ObjectnessHead head = Learn({sample});
    EXPECT_TRUE(cv::checkRange(head.weights)) << side;
    EXPECT_TRUE(std::isfinite(head.bias)) << side;
    EXPECT_LT(std::abs(Sigmoid(head.bias) - side), 0.01) << side;
  }
}

TEST(LearnObjectnessTest, UnitOfEachInputDoesNotMatter) {
  const std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias);
  const double units[] = {1000, 0.01, 1};
  std::vector<ObjectnessSample> scaled;
  for (const ObjectnessSample& sample : samples) {
    scaled.push_back({sample.inputs.clone(), sample.targets});
    for (int i = 0; i < 3; ++i) scaled.back().inputs.col(i) *= units[i];
  }
  const ObjectnessHead one = Learn(samples), other = Learn(scaled);
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(other.weights.at<float>(i) * units[i], one.weights.at<float>(i), 1e-3) << i;
  EXPECT_NEAR(other.bias, one.bias, 1e-3);
}

TEST(LearnObjectnessTest, ImagesWeighAlikeHoweverManyCellsTheyHave) {
  std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias, /*images=*/2);
  samples[1].targets = 1 - samples[1].targets;  // Otherwise the images agree.
  const ObjectnessHead head = Learn(samples);
  cv::repeat(samples[1].inputs.clone(), 3, 1, samples[1].inputs);
  cv::repeat(samples[1].targets.clone(), 3, 1, samples[1].targets);
  const ObjectnessHead larger = Learn(samples);
  EXPECT_LT(Difference(head.weights, larger.weights), 1e-4);
  EXPECT_NEAR(head.bias, larger.bias, 1e-4);
}

TEST(LearnObjectnessTest, InputThatNeverChangesTeachesNothing) {
  std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias);
  const ObjectnessHead without = Learn(samples);
  for (ObjectnessSample& sample : samples)
    cv::hconcat(sample.inputs, cv::Mat(sample.inputs.rows, 1, CV_32FC1, cv::Scalar(3)),
                sample.inputs);
  const ObjectnessHead with = Learn(samples);
  EXPECT_LT(Difference(with.weights.colRange(0, 3), without.weights), 1e-4);
  EXPECT_NEAR(with.bias + 3 * with.weights.at<float>(3), without.bias, 1e-4);
}

TEST(LearnObjectnessTest, SameBytesTwice) {
  const std::vector<ObjectnessSample> samples = LogisticSamples(kWeights, kBias);
  const ObjectnessHead one = Learn(samples), other = Learn(samples);
  EXPECT_EQ(Difference(one.weights, other.weights), 0);
  EXPECT_EQ(one.bias, other.bias);
}

TEST(LearnObjectnessTest, NoImagesBreakTheContract) {
  EXPECT_THROW(Learn({}), std::invalid_argument);
  const auto none = [](std::size_t) { return ObjectnessSample(); };
  EXPECT_THROW(LearnObjectness(1, none, /*penalty=*/-1), std::invalid_argument);
  ObjectnessHead head;
  EXPECT_THROW(CalibrateBias(1, none, /*share=*/1, head), std::invalid_argument);
}

// ---- Files

class ObjectnessFileTest : public ::testing::Test {
 protected:
  // A file of these tensors and that format.
  std::string RefusalOf(const std::vector<float>& weights, const std::vector<float>& bias,
                        const std::vector<std::int64_t>& shape,
                        const std::string& format = "gradcut-objectness-1") const {
    const std::vector<std::int64_t> biases = {static_cast<std::int64_t>(bias.size())};
    StoredTensors tensors = {{"weights", {"F32", shape, std::as_bytes(std::span(weights))}},
                             {"bias", {"F32", biases, std::as_bytes(std::span(bias))}}};
    if (weights.empty()) tensors.erase("weights");
    WriteSafetensors(file_, tensors, {{"format", format}});
    return Refusal();
  }
  std::string Refusal() const {
    return ErrorOf([&] { ReadObjectness(file_); });
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "head.safetensors";
};

TEST_F(ObjectnessFileTest, HeadIsReadAsItWasWritten) {
  for (const int inputs : {2, 224, 1400}) {
    const ObjectnessHead head = {"größe-net", RandomFeatures(1, 1, inputs, 4).values, -0.25F};
    WriteObjectness(head, file_);
    const ObjectnessHead read = ReadObjectness(file_);
    EXPECT_EQ(read.architecture, head.architecture);
    ASSERT_EQ(read.weights.size(), cv::Size(inputs, 1));
    EXPECT_EQ(Difference(read.weights, head.weights), 0);
    EXPECT_EQ(read.bias, head.bias);
  }
}

TEST_F(ObjectnessFileTest, WhatIsNoHeadIsRefused) {
  const auto refused = AllOf(HasSubstr(file_.string()), HasSubstr("not an objectness head"),
                             HasSubstr("gradcut adapt"));
  EXPECT_THAT(RefusalOf({1, 2}, {0}, {2}, "gradcut-objectness-2"), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {0}, {1, 2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {0, 1}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {}, {2}), refused);
  EXPECT_THAT(RefusalOf({}, {0}, {}), refused);
  WriteSafetensors(file_, {}, {{"format", "gradcut-objectness-1"}});
  EXPECT_THAT(Refusal(), refused);
}

TEST_F(ObjectnessFileTest, WeightsThatAreNotFiniteAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  const auto refused = AllOf(HasSubstr(file_.string()), HasSubstr("not finite"));
  EXPECT_THAT(RefusalOf({1, nan}, {0}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, -infinite}, {0}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {nan}, {2}), refused);
  EXPECT_EQ(RefusalOf({1, 2}, {3}, {2}), "no error");
}

TEST_F(ObjectnessFileTest, MoreWeightsThanAnIntCountsAreRefused) {
  WriteSparseSafetensors(file_,
                         R"({"__metadata__":{"format":"gradcut-objectness-1"},)" +
                             SparseTensor("weights", "[4294967520]", 0, kWrapsTo224) + ',' +
                             SparseTensor("bias", "[1]", 4 * kWrapsTo224, 1) + "}",
                         4 * kWrapsTo224 + 4);
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("4294967520")));
}

TEST_F(ObjectnessFileTest, TruncatedFilesAreRefused) {
  WriteObjectness({"net", cv::Mat::ones(1, 6, CV_32FC1), 1}, file_);
  const std::vector<std::uint8_t> whole = ReadFile(file_);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    WriteFileAtomically(
        file_, std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<long>(size)));
    EXPECT_THAT(Refusal(), HasSubstr(file_.string())) << size;
  }
  std::filesystem::remove(file_);
  EXPECT_THAT(Refusal(), HasSubstr(file_.string()));
}

}  // namespace
}  // namespace gradcut
