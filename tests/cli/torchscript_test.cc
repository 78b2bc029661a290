// A user's own classifier as a TorchScript program, through the program: with parameters, as all
// real ones have them, scripted and traced.
#include "gradcut/image/image_io.h"
#include "gradcut/storage/file.h"
#include "gradcut/tensor/npy.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/tracer.h>

#include <opencv2/core.hpp>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kSide = 64;
constexpr int kClasses = 5;

// A convolution, a batch normalisation with its buffers, a pooled linear head; the scores, and the
// activations before the head.
constexpr char kForward[] = R"(
def forward(self, x):
    x = torch.conv2d(x, self.conv_weight, None, [8, 8])
    x = torch.batch_norm(x, self.scale, self.shift, self.running_mean, self.running_var,
                         False, 0.1, 1e-5, False)
    layer = torch.relu(x)
    scores = torch.matmul(torch.mean(layer, [2, 3]), self.head)
    return scores, layer
)";

torch::jit::Module MakeModule() {
  at::manual_seed(7);
  torch::jit::Module module("classifier");
  module.register_parameter("conv_weight", at::randn({8, 3, 8, 8}) * 0.1, false);
  module.register_parameter("scale", at::rand({8}) + 0.5, false);
  module.register_parameter("shift", at::randn({8}), false);
  module.register_parameter("head", at::randn({8, kClasses}), false);
  module.register_buffer("running_mean", at::randn({8}) * 0.1);
  module.register_buffer("running_var", at::rand({8}) + 0.5);
  module.define(kForward);
  module.eval();
  return module;
}

// The same as `torch.jit.trace` records it.
torch::jit::Module Traced(torch::jit::Module module) {
  const auto run = [&module](torch::jit::Stack inputs) -> torch::jit::Stack {
    return {module.forward(std::move(inputs))};
  };
  const at::Tensor example = at::zeros({1, 3, kSide, kSide});
  const auto state = torch::jit::tracer::trace(
      {example}, run, [](const at::Tensor&) { return std::string(); }, /*strict=*/true,
      /*force_outplace=*/false, &module);
  torch::jit::Module traced("traced");
  for (const auto& parameter : module.named_parameters())
    traced.register_parameter(parameter.name, parameter.value, false);
  for (const auto& buffer : module.named_buffers())
    traced.register_buffer(buffer.name, buffer.value);
  traced.type()->addMethod(
      traced._ivalue()->compilation_unit()->create_function("forward", state.first->graph));
  return traced;
}

// What the program is compared with: the module itself, called here.
std::vector<float> Probabilities(torch::jit::Module module, const cv::Mat& photo) {
  const at::NoGradGuard no_grad;
  const at::Tensor pixels = at::empty({kSide, kSide, 3});
  cv::Mat normalised(kSide, kSide, CV_32FC3, pixels.data_ptr<float>());
  photo.convertTo(normalised, CV_32FC3, 1 / 255.0 / 0.25, -0.5 / 0.25);
  const at::Tensor scores =
      module.forward({pixels.permute({2, 0, 1}).unsqueeze(0)}).toTuple()->elements()[0].toTensor();
  const at::Tensor probabilities = scores.softmax(1).contiguous();
  return {probabilities.data_ptr<float>(), probabilities.data_ptr<float>() + kClasses};
}

class TorchScriptProgramTest : public ::testing::TestWithParam<const char*> {
 protected:
  TorchScriptProgramTest() {
    // Of the network's own size, so that nothing is resized on the way.
    SavePhoto(folder_ / "photo.png", 1, {kSide, kSide});
    WriteFileAtomically(folder_ / "own.toml",
                        "input = 64\nmean = [0.5, 0.5, 0.5]\nstd = [0.25, 0.25, 0.25]\n"
                        "layers = ['hidden']\n");
  }

  ProgramResult Run(std::vector<std::string> arguments) {
    return RunProgram(std::move(arguments), {.folder = folder_.path()});
  }

  TemporaryFolder folder_;
};

TEST_P(TorchScriptProgramTest, ScoresAreThoseOfTheModule) {
  const torch::jit::Module module = MakeModule();
  const bool traced = GetParam() == std::string("traced");
  (traced ? Traced(module) : module).save((folder_ / "own.pt").string());

  const ProgramResult result =
      Run({"saliency", "photo.png", "-o", "out", "--model", "own.pt", "--preset", "classic",
           "--save", "probability", "--saliency.top_classes", "5"});
  ASSERT_EQ(result.status, 0) << result.err;

  const std::vector<float> expected = Probabilities(module, ReadImage(folder_ / "photo.png"));
  const nlohmann::json classes = Manifest(folder_ / "out").front().at("classes");
  ASSERT_THAT(classes, SizeIs(kClasses));
  for (const nlohmann::json& each : classes)
    EXPECT_NEAR(each.at("score").get<double>(), expected.at(each.at("index").get<std::size_t>()),
                1e-5);
  const NpyArray heat = DecodeNpy(ReadFile(folder_ / "out/photo.probability.npy"), "heat");
  EXPECT_EQ(heat.shape, (std::vector<std::int64_t>{kSide, kSide}));
}

TEST_P(TorchScriptProgramTest, MasksAndModelsCheckRunIt) {
  const torch::jit::Module module = MakeModule();
  const bool traced = GetParam() == std::string("traced");
  (traced ? Traced(module) : module).save((folder_ / "own.pt").string());
  EXPECT_EQ(Run({"models", "check", "own.pt"}).status, 0);
  const ProgramResult result =
      Run({"mask", "photo.png", "-o", "out", "--model", "own.pt", "--preset", "classic"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder_ / "out/photo.png"));
}

INSTANTIATE_TEST_SUITE_P(Made, TorchScriptProgramTest, ::testing::Values("scripted", "traced"),
                         [](const auto& made) { return std::string(made.param); });

// LibTorch's exceptions reach the program's own message.
TEST_F(TorchScriptProgramTest, WhatTheModuleRaisesIsOneLine) {
  torch::jit::Module module("raises");
  module.register_parameter("weight", at::ones({3, 4}), false);
  module.define(
      "def forward(self, x):\n    return torch.matmul(x, self.weight)\n");  // Shapes do not fit.
  module.save((folder_ / "own.pt").string());
  const ProgramResult result = Run({"mask", "photo.png", "-o", "out", "--model", "own.pt"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("own.pt: the program fails on an input of 64x64"));
}

}  // namespace
}  // namespace gradcut
