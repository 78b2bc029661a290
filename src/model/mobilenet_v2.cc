// MobileNet-V2 (Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks",
// table 2), with the parameter names of torchvision.
#include "model/mobilenet_v2.h"

#include "model/sequential_network.h"

#include <fmt/format.h>

#include <array>

namespace gradcut {
namespace {

constexpr double kBatchNormEpsilon = 1e-5;
constexpr int kNativeSize = 224;
constexpr int kStemChannels = 32;
constexpr int kHeadChannels = 1280;

struct Stage {
  int expansion;
  int channels;
  int repeats;
  int stride;
};

constexpr std::array<Stage, 7> kStages = {{
    {1, 16, 1, 1},
    {6, 24, 2, 2},
    {6, 32, 3, 2},
    {6, 64, 4, 2},
    {6, 96, 3, 1},
    {6, 160, 3, 2},
    {6, 320, 1, 1},
}};

// Convolution PREFIX.0 and batch norm PREFIX.1.
ConvLayer TakeConv(Parameters& parameters, const std::string& prefix, at::IntArrayRef shape) {
  return {.conv = parameters.TakeConv(prefix + ".0", prefix + ".1", shape, kBatchNormEpsilon),
          .activation = Activation::kRelu6};
}

// Expand (except in the first stage), filter each channel by itself, project linearly.
Block InvertedResidual(Parameters& parameters, const std::string& prefix, int in,
                       const Stage& stage, int stride) {
  const int inner = in * stage.expansion;
  Block block;
  const auto next = [&] { return fmt::format("{}.conv.{}", prefix, block.convs.size()); };
  if (stage.expansion != 1) block.convs.push_back(TakeConv(parameters, next(), {inner, in, 1, 1}));
  ConvLayer depthwise = TakeConv(parameters, next(), {inner, 1, 3, 3});
  depthwise.stride = stride;
  depthwise.groups = inner;
  block.convs.push_back(std::move(depthwise));
  const std::string projection = next();
  const std::string norm = fmt::format("{}.conv.{}", prefix, block.convs.size() + 1);
  block.convs.push_back({.conv = parameters.TakeConv(
                             projection, norm, {stage.channels, inner, 1, 1}, kBatchNormEpsilon),
                         .activation = Activation::kNone});
  block.shortcut = stride == 1 && in == stage.channels ? Shortcut::kIdentity : Shortcut::kNone;
  return block;
}

std::unique_ptr<Network> Build(Parameters& parameters) {
  auto network = std::make_unique<SequentialNetwork>(kTorchvisionNormalisation, kNativeSize,
                                                     parameters.device());
  ConvLayer stem = TakeConv(parameters, "features.0", {kStemChannels, 3, 3, 3});
  stem.stride = 2;
  network->AddStep("stem", kStemChannels, 2, std::move(stem));
  int blocks = 0;
  for (const Stage& stage : kStages) {
    for (int r = 0; r < stage.repeats; ++r, ++blocks) {
      const int stride = r == 0 ? stage.stride : 1;
      network->AddStep(fmt::format("block{}", blocks), stage.channels, stride,
                       InvertedResidual(parameters, fmt::format("features.{}", blocks + 1),
                                        network->channels(), stage, stride));
    }
  }
  network->AddStep("head", kHeadChannels, 1,
                   TakeConv(parameters, fmt::format("features.{}", blocks + 1),
                            {kHeadChannels, network->channels(), 1, 1}));
  network->SetPooledHead(parameters, "classifier.1");
  return network;
}

using Names = std::map<std::string, std::string>;

Names TimmModules() {
  const Names first_stage = {{"conv_dw", "0.0"}, {"bn1", "0.1"}, {"conv_pw", "1"}, {"bn2", "2"}};
  const Names others = {{"conv_pw", "0.0"}, {"bn1", "0.1"},    {"conv_dw", "1.0"},
                        {"bn2", "1.1"},     {"conv_pwl", "2"}, {"bn3", "3"}};
  Names modules = {{"conv_stem", "features.0.0"},
                   {"bn1", "features.0.1"},
                   {"conv_head", "features.18.0"},
                   {"bn2", "features.18.1"},
                   {"classifier", "classifier.1"}};
  int block = 1;
  for (std::size_t s = 0; s < kStages.size(); ++s)
    for (int r = 0; r < kStages[s].repeats; ++r, ++block)
      for (const auto& [timm, own] : s == 0 ? first_stage : others)
        modules[fmt::format("blocks.{}.{}.{}", s, r, timm)] =
            fmt::format("features.{}.conv.{}", block, own);
  return modules;
}

}  // namespace

std::vector<Architecture> MobileNetV2Family() {
  return {{"mobilenet_v2", "MobileNet-V2 (Sandler et al. 2018)", Build, TimmModules()}};
}

}  // namespace gradcut
