#include "objectness/convolutional_objectness.h"

#include "gradcut/storage/file.h"
#include "saliency/layers.h"
#include "support/error_of.h"
#include "support/fake_classifier.h"
#include "support/feature_maps.h"
#include "support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kHidden = 4;

ObjectnessNet RandomNet(int nets, int inputs) {
  at::manual_seed(5);
  const int width = nets * kHidden;
  ObjectnessNet net;
  net.nets = nets;
  net.project = at::randn({width, inputs, 1, 1});
  net.project_bias = at::randn({width});
  net.context = at::randn({width, kHidden, 1, 1});
  net.context_bias = at::randn({width});
  net.filter = at::randn({width, kHidden, 3, 3});
  net.filter_bias = at::randn({width});
  net.score = at::randn({nets, kHidden, 1, 1});
  net.score_bias = at::randn({nets});
  for (const auto& [name, tensor] : net.Tensors()) *tensor = tensor->to(at::kHalf).to(at::kFloat);
  return net;
}

InputSpread SomeSpread(int inputs) {
  return {at::linspace(-1, 1, inputs), at::linspace(0.5, 2, inputs)};
}

// Layers twice as fine, as fine, and half as fine as the features.
const std::vector<HeadLayer> kLayers = {{"fine", 2}, {"cells", 3}, {"last", 5}};

ConvolutionalObjectness SomeHead() {
  return {"cells", kLayers, SomeSpread(10), RandomNet(2, 10), 0.25F};
}

std::vector<FeatureMap> SomeLayers() {
  return {RandomFeatures(8, 12, 2, 1), RandomFeatures(4, 6, 3, 2), RandomFeatures(2, 3, 5, 3)};
}

TEST(ConvolutionalObjectnessTest, SigmoidOfTheNetsOnTheStandardisedLayersOfOneGrid) {
  const std::vector<FeatureMap> layers = SomeLayers();
  at::Tensor joined =
      at::cat({at::avg_pool2d(ToTensor(layers[0]), 2), ToTensor(layers[1]),
               at::upsample_bilinear2d(ToTensor(layers[2]), {4, 6}, /*align_corners=*/false)},
              1);
  const InputSpread spread = SomeSpread(10);
  joined = (joined - spread.mean.view({1, -1, 1, 1})) / spread.deviation.view({1, -1, 1, 1});
  const ObjectnessNet net = RandomNet(2, 10);
  const at::Tensor expected = (LogitsOf(net, Project(net, joined))[0] + 0.25).sigmoid();
  const cv::Mat p = SomeHead().Probability(layers[1], layers);
  ASSERT_EQ(p.size(), cv::Size(6, 4));
  for (int row = 0; row < 4; ++row)
    for (int col = 0; col < 6; ++col)
      EXPECT_NEAR(p.at<float>(row, col), expected[row][col].item<float>(), 1e-5);
}

TEST(ConvolutionalObjectnessTest, ActivationsOfAnotherNetworkBreakTheContract) {
  const ConvolutionalObjectness head = SomeHead();
  std::vector<FeatureMap> layers = SomeLayers();
  EXPECT_THROW(head.Probability({}, layers), std::invalid_argument);
  EXPECT_THROW(head.Probability(layers[1], {}), std::invalid_argument);
  layers[2] = RandomFeatures(2, 3, 4, 3);
  EXPECT_THROW(head.Probability(SomeLayers()[1], layers), std::invalid_argument);
}

TEST(ConvolutionalObjectnessTest, FitsAClassifierWithItsLayersAlone) {
  const auto refusal = [](const std::vector<HeadLayer>& layers) {
    int inputs = 0;
    for (const HeadLayer& layer : layers) inputs += layer.channels;
    const ConvolutionalObjectness head("cells", layers, SomeSpread(inputs), RandomNet(1, inputs),
                                       0);
    return ErrorOf([&] { head.CheckFits(*CellClassifier({1, 0, 0})); });
  };
  EXPECT_EQ(refusal({{"cells", 3}, {"last", 3}}), "no error");
  EXPECT_THAT(refusal({{"block9", 3}}), HasSubstr("sees 3 channels of 'block9'"));
  EXPECT_THAT(refusal({{"last", 4}}), HasSubstr("sees 4 channels of 'last'"));
}

std::string LayersOf(const std::string& architecture) {
  std::string text;
  for (const HeadLayer& layer : HeadLayers(DescribeArchitecture(architecture).layers))
    text += fmt::format("{} {}, ", layer.name, layer.channels);
  return text;
}

TEST(HeadLayersTest, EndsOfTheStagesAroundStride16) {
  // Not the last layer, which widens 320 channels to 1280.
  EXPECT_EQ(LayersOf("efficientnet-lite0"),
            "block4 40, block7 80, block10 112, block14 192, block15 320, ");
  EXPECT_EQ(LayersOf("mobilenet_v2"),
            "block5 32, block9 64, block12 96, block15 160, block16 320, ");
  EXPECT_EQ(LayersOf("resnet50"), "layer2.3 512, layer3.5 1024, layer4.2 2048, ");
  EXPECT_EQ(LayersOf("vgg19"), "pool3 256, conv4_4 512, conv5_4 512, pool5 512, ");
  EXPECT_TRUE(HeadLayers({}).empty());
}

// ---- Files

class ConvolutionalObjectnessFileTest : public ::testing::Test {
 protected:
  std::string Refusal() const {
    return ErrorOf([&] { ReadObjectness(file_); });
  }
  // Of the file of a head whose tensors and fields were changed.
  std::string RefusalAfter(
      const std::function<void(StoredTensors&, std::map<std::string, std::string>&)>& change)
      const {
    SomeHead().Write(file_);
    const SafetensorsFile file = SafetensorsFile::Open(file_);
    StoredTensors tensors = file.tensors();
    std::map<std::string, std::string> fields = file.metadata();
    change(tensors, fields);
    WriteSafetensors(file_, tensors, fields);
    return Refusal();
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "head.safetensors";
};

TEST_F(ConvolutionalObjectnessFileTest, HeadIsReadAsItWasWritten) {
  const ConvolutionalObjectness head = SomeHead();
  head.Write(file_);
  const auto read = ReadObjectness(file_);
  EXPECT_EQ(read->architecture(), "cells");
  EXPECT_THAT(LayerNames(read.get()), testing::ElementsAre("fine", "cells", "last"));
  const std::vector<FeatureMap> layers = SomeLayers();
  EXPECT_EQ(Difference(read->Probability(layers[1], layers), head.Probability(layers[1], layers)),
            0);
  EXPECT_EQ(read->sha256().size(), 64U);
  const std::vector<std::uint8_t> bytes = ReadFile(file_);
  read->Write(file_);
  EXPECT_TRUE(ReadFile(file_) == bytes);
}

TEST_F(ConvolutionalObjectnessFileTest, PartsMayBeLeftOut) {
  EXPECT_EQ(RefusalAfter([](StoredTensors& tensors, auto&) {
              for (const char* const part : {"context", "context_bias", "filter", "filter_bias"})
                tensors.erase(part);
            }),
            "no error");
}

TEST_F(ConvolutionalObjectnessFileTest, WhatIsNoHeadIsRefused) {
  const auto refused = AllOf(HasSubstr(file_.string()), HasSubstr("not an objectness head"),
                             HasSubstr("gradcut adapt"));
  for (const char* const name : {"project", "project_bias", "context", "filter_bias", "score",
                                 "score_bias", "mean", "deviation", "bias"})
    EXPECT_THAT(RefusalAfter([&](StoredTensors& tensors, auto&) { tensors.erase(name); }), refused)
        << name;
  for (const auto& [field, value] :
       std::vector<std::pair<std::string, std::string>>{{"nets", "3"},
                                                        {"nets", "0"},
                                                        {"nets", "-2"},
                                                        {"nets", "2x"},
                                                        {"nets", "99999999999999"},
                                                        {"layers", ""},
                                                        {"layers", "[]"},
                                                        {"layers", "[[1, 10]]"},
                                                        {"layers", R"([["a"]])"},
                                                        {"layers", R"([["a", -10]])"},
                                                        {"layers", R"([["a", 9]])"},
                                                        {"layers", R"([["a", 99999999999]])"},
                                                        {"format", "gradcut-objectness-3"}})
    EXPECT_THAT(RefusalAfter([&](auto&, auto& fields) { fields[field] = value; }), refused)
        << field << " = " << value;
  EXPECT_EQ(RefusalAfter([](auto&, auto& fields) { fields["layers"] = R"([["a", 10]])"; }),
            "no error");
  const std::vector<float> zeros(10);
  EXPECT_THAT(RefusalAfter([&](StoredTensors& tensors, auto&) {
                tensors["deviation"] = {"F32", {10}, std::as_bytes(std::span(zeros))};
              }),
              refused);
}

TEST_F(ConvolutionalObjectnessFileTest, TypesAndValuesThatAreNoWeightsAreRefused) {
  const std::vector<std::int32_t> integers = {1};
  EXPECT_THAT(RefusalAfter([&](StoredTensors& tensors, auto&) {
                tensors["bias"] = {"I32", {1}, std::as_bytes(std::span(integers))};
              }),
              AllOf(HasSubstr(file_.string()), HasSubstr("'bias' is of type I32")));
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const std::vector<float> bad = {value};
    EXPECT_THAT(RefusalAfter([&](StoredTensors& tensors, auto&) {
                  tensors["bias"] = {"F32", {1}, std::as_bytes(std::span(bad))};
                }),
                AllOf(HasSubstr(file_.string()), HasSubstr("'bias' is not finite")));
  }
}

TEST_F(ConvolutionalObjectnessFileTest, TruncatedFilesAreRefused) {
  SomeHead().Write(file_);
  const std::vector<std::uint8_t> whole = ReadFile(file_);
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    WriteFileAtomically(
        file_, std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<long>(size)));
    EXPECT_THAT(Refusal(), HasSubstr(file_.string())) << size;
  }
}

}  // namespace
}  // namespace gradcut
