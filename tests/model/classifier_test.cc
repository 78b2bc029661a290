#include "gradcut/model/classifier.h"

#include "gradcut/core/error.h"
#include "gradcut/image/image_io.h"
#include "support/fake_classifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kBuild = GRADCUT_BUILD_ROOT;
const std::string kWeights = kBuild + "/models/efficientnet-lite0.safetensors";

std::string RefusalOf(const ClassifierOptions& options) {
  try {
    Classifier::Load(options);
  } catch (const Error& error) {
    return error.what();
  }
  return "loaded";
}

TEST(ClassifierTest, RecognisesACat) {
  const auto classifier = Classifier::Load({.model = kWeights, .device = "cpu"});
  EXPECT_EQ(classifier->info().architecture, "efficientnet-lite0");
  EXPECT_EQ(classifier->info().device, "cpu");
  EXPECT_EQ(classifier->info().sha256.size(), 64U);
  const std::vector<float> logits = classifier->Logits(ReadImage(kBuild + "/photos/chelsea.png"));
  const auto best = std::max_element(logits.begin(), logits.end()) - logits.begin();
  EXPECT_EQ(classifier->class_names()[static_cast<int>(best)], "Egyptian cat");
}

TEST(ClassifierTest, SeveralThreadsGetTheSameLogits) {
  const auto classifier = Classifier::Load({.model = kWeights, .device = "cpu"});
  const cv::Mat image = ReadImage(kBuild + "/photos/coffee.png");
  const std::vector<float> alone = classifier->Logits(image);
  std::vector<std::vector<float>> together(4);
  std::vector<std::thread> threads;
  for (auto& logits : together) threads.emplace_back([&] { logits = classifier->Logits(image); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& logits : together) EXPECT_EQ(logits, alone);
}

TEST(ClassifierTest, AnyImageSizeIsAccepted) {
  const auto classifier = Classifier::Load({.model = kWeights, .device = "cpu"});
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(3, 500), cv::Size(1000, 2)})
    for (const float logit : classifier->Logits(cv::Mat(size, CV_8UC3, cv::Scalar(9, 99, 200))))
      ASSERT_TRUE(std::isfinite(logit)) << size.width << " x " << size.height;
}

TEST(ClassifierTest, UnknownModelsAndDevicesAreRefusedWithTheRemedy) {
  EXPECT_THAT(RefusalOf({.model = "resnet9000"}),
              AllOf(HasSubstr("resnet9000"), HasSubstr("efficientnet-lite0")));
  EXPECT_THAT(RefusalOf({.model = "/no/such.safetensors"}), HasSubstr("no such weights file"));
  EXPECT_THAT(RefusalOf({.model = kWeights, .device = "tpu"}), HasSubstr("expected auto, cpu"));
  EXPECT_THAT(RefusalOf({.model = kWeights, .device = "cuda:x"}), HasSubstr("cuda:N"));
}

// Truncated, or cut up so that the header stays valid JSON: either way one line that names the
// file.
TEST(ClassifierTest, WeightsThatDoNotFitTheNetworkAreRefused) {
  const std::string path = ::testing::TempDir() + "wrong.safetensors";
  std::ifstream source(kWeights, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(source), {});
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  EXPECT_THAT(RefusalOf({.model = path}), HasSubstr(path));

  const std::size_t name = bytes.find("_conv_stem.weight");
  ASSERT_NE(name, std::string::npos);
  bytes.replace(name, 17, "_conv_stam.weight");
  std::ofstream(path, std::ios::binary) << bytes;
  EXPECT_THAT(RefusalOf({.model = path}), AllOf(HasSubstr("_conv_stem.weight is missing"),
                                                HasSubstr("_conv_stam.weight is not expected")));
  std::filesystem::remove(path);
}

TEST(ClassifierTest, NamesMustMatchTheLogits) {
  EXPECT_THROW(
      Classifier(std::make_unique<LinearNetwork>(std::vector<at::Tensor>{at::zeros({3, 4, 4})}),
                 NumberedClassNames(2), {}),
      std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
