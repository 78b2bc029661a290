#include "objectness/linear_objectness.h"

#include "gradcut/core/error.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
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

TEST(LinearObjectnessTest, SigmoidOfTheWeightedInputs) {
  const FeatureMap features = {1, 2, (cv::Mat_<float>(2, 1) << 1, 3)};
  const LinearObjectness head("net", (cv::Mat_<float>(1, 2) << 2, -1), 0.5F);
  const cv::Mat p = head.Probability(features, {});
  ASSERT_EQ(p.size(), cv::Size(2, 1));
  EXPECT_NEAR(p.at<float>(0), Sigmoid(2 * 1 - 2 + 0.5), 1e-6);
  EXPECT_NEAR(p.at<float>(1), Sigmoid(2 * 3 - 2 + 0.5), 1e-6);
}

TEST(LinearObjectnessTest, MirroredFeaturesGiveTheMirroredMap) {
  const FeatureMap features = RandomFeatures(5, 7, 4, /*seed=*/1);
  const LinearObjectness head("net", RandomFeatures(1, 1, 8, /*seed=*/2).values, 0);
  EXPECT_LT(Difference(Mirrored(head.Probability(features, {})),
                       head.Probability(Mirrored(features), {})),
            1e-6);
}

TEST(LinearObjectnessTest, FeaturesOfAnotherNetworkBreakTheContract) {
  const LinearObjectness head("net", cv::Mat::ones(1, 8, CV_32FC1), 0);
  EXPECT_THROW(head.Probability(RandomFeatures(2, 2, 8, 1), {}), std::invalid_argument);
  EXPECT_THROW(head.Probability({}, {}), std::invalid_argument);
}

TEST(LinearObjectnessTest, FitsTheClassifierItWasLearnedWithAlone) {
  const auto refusal = [](const std::string& architecture, int inputs) {
    const LinearObjectness head(architecture, cv::Mat::ones(1, inputs, CV_32FC1), 0);
    return ErrorOf([&] { head.CheckFits(*CellClassifier({1, 0, 0})); });
  };
  EXPECT_EQ(refusal("cells", 6), "no error");
  EXPECT_THAT(refusal("other\n", 6), HasSubstr("learned with 'other\\n', not 'cells'"));
  EXPECT_THAT(refusal("cells", 224), HasSubstr("has 224 inputs, expected 6"));
}

// ---- Files

class LinearObjectnessFileTest : public ::testing::Test {
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

TEST_F(LinearObjectnessFileTest, HeadIsReadAsItWasWritten) {
  for (const int inputs : {2, 224, 1400}) {
    const LinearObjectness head("größe-net", RandomFeatures(1, 1, inputs, 4).values, -0.25F);
    head.Write(file_);
    const auto read = ReadObjectness(file_);
    EXPECT_EQ(read->architecture(), "größe-net");
    EXPECT_TRUE(read->layers().empty());
    const FeatureMap features = RandomFeatures(3, 4, inputs / 2, 5);
    EXPECT_EQ(Difference(read->Probability(features, {}), head.Probability(features, {})), 0);
  }
}

TEST_F(LinearObjectnessFileTest, WhatIsNoHeadIsRefused) {
  const auto refused = AllOf(HasSubstr(file_.string()), HasSubstr("not an objectness head"),
                             HasSubstr("gradcut adapt"));
  EXPECT_THAT(RefusalOf({1, 2}, {0}, {2}, "gradcut-objectness-3"), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {0}, {1, 2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {0, 1}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {}, {2}), refused);
  EXPECT_THAT(RefusalOf({}, {0}, {}), refused);
  WriteSafetensors(file_, {}, {{"format", "gradcut-objectness-1"}});
  EXPECT_THAT(Refusal(), refused);
}

TEST_F(LinearObjectnessFileTest, WeightsThatAreNotFiniteAreRefused) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinite = std::numeric_limits<float>::infinity();
  const auto refused = AllOf(HasSubstr(file_.string()), HasSubstr("not finite"));
  EXPECT_THAT(RefusalOf({1, nan}, {0}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, -infinite}, {0}, {2}), refused);
  EXPECT_THAT(RefusalOf({1, 2}, {nan}, {2}), refused);
  EXPECT_EQ(RefusalOf({1, 2}, {3}, {2}), "no error");
}

TEST_F(LinearObjectnessFileTest, MoreWeightsThanAnIntCountsAreRefused) {
  WriteSparseSafetensors(file_,
                         R"({"__metadata__":{"format":"gradcut-objectness-1"},)" +
                             SparseTensor("weights", "[4294967520]", 0, kWrapsTo224) + ',' +
                             SparseTensor("bias", "[1]", 4 * kWrapsTo224, 1) + "}",
                         4 * kWrapsTo224 + 4);
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("4294967520")));
}

TEST_F(LinearObjectnessFileTest, TruncatedFilesAreRefused) {
  LinearObjectness("net", cv::Mat::ones(1, 6, CV_32FC1), 1).Write(file_);
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
