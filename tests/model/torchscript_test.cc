// TorchScript programs as classifiers. The programs are made here, out of their source.

#include "gradcut/model/classifier.h"
#include "gradcut/storage/file.h"
#include "model/torchscript_network.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kSettings[] =
    "input = 16\nmean = [0.5, 0.5, 0.5]\nstd = [0.25, 0.5, 1]\nclasses = ['red', 'all']\n";
// Scores: the red pixels' sum, and that of all squares.
constexpr char kForward[] = R"(
def forward(self, x):
    squares = x * x
    return torch.stack([x[:, 0].sum(), squares.sum()]).unsqueeze(0)
)";
constexpr char kForwardWithLayer[] = R"(
def forward(self, x):
    squares = x * x
    return torch.stack([x[:, 0].sum(), squares.sum()]).unsqueeze(0), squares
)";

class TorchScriptTest : public ::testing::Test {
 protected:
  // Saves a program with that `forward` and its settings.
  void Save(const std::string& forward, const std::string& settings = kSettings) {
    torch::jit::Module module("program");
    module.define(forward);
    module.save(program_.string());
    WriteFileAtomically(folder_ / "program.toml", settings);
  }

  std::string Refusal() const {
    return ErrorOf([&] { Classifier::Load({.model = program_.string(), .device = "cpu"}); });
  }

  std::string RefusalOf(const std::string& forward, const std::string& settings = kSettings) {
    Save(forward, settings);
    return Refusal();
  }

  TemporaryFolder folder_;
  const std::filesystem::path program_ = folder_ / "program.pt";
};

TEST_F(TorchScriptTest, ScoresAreThoseOfTheProgramOnNormalisedPixels) {
  Save(kForward);
  const auto classifier = Classifier::Load({.model = program_.string(), .device = "cpu"});
  EXPECT_EQ(classifier->info().architecture, "torchscript");
  EXPECT_EQ(classifier->info().input_size, 16);
  EXPECT_EQ(classifier->class_names()[1], "all");
  // White: (1 - 0.5) / std is 2, 1 and 0.5 for red, green and blue.
  const std::vector<float> logits =
      classifier->Logits(cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(255)));
  EXPECT_NEAR(logits[0], 256 * 2, 1e-2);
  EXPECT_NEAR(logits[1], 256 * (4 + 1 + .25), 1e-2);
}

TEST_F(TorchScriptTest, GradientsReachTheInputAndTheReturnedLayers) {
  Save(kForwardWithLayer);
  TorchScriptSettings settings;
  settings.input_size = 16;
  settings.layers = {"squares"};
  const auto network = LoadTorchScript(program_, settings, at::kCPU);
  ASSERT_EQ(network->layers().size(), 1U);
  EXPECT_EQ(network->layers()[0].channels, 3);
  EXPECT_EQ(network->layers()[0].stride, 1);
  const at::Tensor input = at::linspace(-2, 3, 3 * 16 * 16).view({1, 3, 16, 16});
  const auto second = [](const at::Tensor&) { return at::arange(2, at::kFloat).view({1, 2}); };
  const GradientPass pass = ComputeGradients(*network, input, second, {"squares"});
  EXPECT_TRUE(at::allclose(pass.input_gradient, 2 * input));
  EXPECT_TRUE(at::allclose(pass.activations.at("squares"), input * input));
  EXPECT_TRUE(at::allclose(pass.gradients.at("squares"), at::ones_like(input)));
  const GradientPass layer_alone =
      ComputeGradients(*network, input, second, {"squares"}, /*by_input=*/false);
  EXPECT_TRUE(at::equal(layer_alone.gradients.at("squares"), pass.gradients.at("squares")));
}

// A program without layers, asked for hidden activations only.
TEST_F(TorchScriptTest, WhereNothingIsWantedThereAreLogitsAndNoGradients) {
  Save(kForward);
  TorchScriptSettings settings;
  settings.input_size = 16;
  const auto network = LoadTorchScript(program_, settings, at::kCPU);
  const auto first = [](const at::Tensor& logits) { return at::ones_like(logits); };
  const GradientPass pass =
      ComputeGradients(*network, at::ones({1, 3, 16, 16}), first, {}, /*by_input=*/false);
  EXPECT_EQ(pass.logits.numel(), 2);
  EXPECT_FALSE(pass.input_gradient.defined());
  EXPECT_TRUE(pass.gradients.empty());
}

TEST_F(TorchScriptTest, ChangedSettingsAreAnotherModel) {
  const auto checksum = [&] {
    return Classifier::Load({.model = program_.string(), .device = "cpu"})->info().sha256;
  };
  Save(kForward);
  const std::string before = checksum();
  EXPECT_EQ(checksum(), before);
  WriteFileAtomically(folder_ / "program.toml", kSettings + std::string("# other\n"));
  EXPECT_NE(checksum(), before);
}

TEST_F(TorchScriptTest, ProgramsThatAreNoClassifiersAreRefusedWithTheCause) {
  EXPECT_THAT(RefusalOf("def forward(self, x):\n    return x\n"), HasSubstr("1 x classes"));
  EXPECT_THAT(RefusalOf("def forward(self, x):\n    return 3\n"), HasSubstr("expected a tensor"));
  EXPECT_THAT(RefusalOf("def forward(self, x):\n    return torch.ones([1, 2])\n"),
              HasSubstr("cannot be derived"));
  EXPECT_THAT(RefusalOf(kForwardWithLayer), HasSubstr("returns 2 value(s)"));
  EXPECT_THAT(RefusalOf("def forward(self, x):\n    return x.view([7, 7])\n"),
              HasSubstr("fails on an input of 16x16"));
  EXPECT_THAT(RefusalOf("def forward(self, x):\n"
                        "    return torch.dropout(x, 0.5, True).sum([2, 3])[:, :2]\n"),
              HasSubstr("model.eval()"));
}

TEST_F(TorchScriptTest, DamagedProgramsAreOneClearLine) {
  Save(kForward);
  const std::vector<std::uint8_t> bytes = ReadFile(program_);
  for (const std::size_t length : {std::size_t{0}, std::size_t{10}, bytes.size() / 2}) {
    WriteFileAtomically(program_, std::span(bytes).first(length));
    EXPECT_THAT(Refusal(), AllOf(HasSubstr("program.pt: not a usable TorchScript program"),
                                 ::testing::Not(HasSubstr("\n"))));
  }
}

TEST_F(TorchScriptTest, WrongSettingsAreRefusedWithTheKey) {
  const auto refusal = [&](const std::string& settings) { return RefusalOf(kForward, settings); };
  const std::string colours = "mean = [0, 0, 0]\nstd = [1, 1, 1]\n";
  EXPECT_THAT(refusal("input = "), HasSubstr("program.toml:1:"));
  EXPECT_THAT(refusal(colours), HasSubstr("input must be"));
  EXPECT_THAT(refusal("input = 1e9\n" + colours), HasSubstr("input must be"));
  EXPECT_THAT(refusal("input = 16\nmean = [0, 0]\nstd = [1, 1, 1]"), HasSubstr("mean must be"));
  EXPECT_THAT(refusal("input = 16\nmean = [0, 0, nan]\nstd = [1, 1, 1]"), HasSubstr("mean must"));
  EXPECT_THAT(refusal("input = 16\nmean = [0, 0, 0]\nstd = [1, 0, 1]"), HasSubstr("above 0"));
  EXPECT_THAT(
      refusal("input = 16\nmean = [123.675, 116.28, 103.53]\nstd = [1, 1, 1]"),
      AllOf(HasSubstr("mean has the value 123.675"), HasSubstr("divide mean and std by 255")));
  EXPECT_THAT(refusal("input = 16\nmean = [0, 0, 0]\nstd = [58, 57, 57]"),
              HasSubstr("std has the value 58"));
  EXPECT_THAT(refusal("input = 16\nsize = 3\n" + colours), HasSubstr("unknown key 'size'"));
  EXPECT_THAT(refusal("input = 16\nclasses = [1]\n" + colours), HasSubstr("classes must be"));
  EXPECT_THAT(refusal("input = 16\nclasses = ['a']\n" + colours), HasSubstr("1 classes are named"));
  EXPECT_THAT(refusal("input = 16\nlayers = ['a', 'a']\n" + colours), HasSubstr("named twice"));
  std::filesystem::remove(folder_ / "program.toml");
  EXPECT_THAT(Refusal(), HasSubstr("program.toml: not there"));
}

}  // namespace
}  // namespace gradcut
