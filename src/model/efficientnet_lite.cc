// EfficientNet-Lite (Tan and Le 2019, without squeeze-and-excitation and with ReLU6 so that it
// suits mobile devices), with the parameter names of the package `efficientnet-lite-pytorch`.
#include "model/efficientnet_lite.h"

#include "model/sequential_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gradcut {
namespace {

constexpr double kBatchNormEpsilon = 1e-3;
constexpr int kStemChannels = 32;
constexpr int kHeadChannels = 1280;
constexpr InputNormalisation kNormalisation = {{127, 127, 127}, {128, 128, 128}};

struct Scaling {
  const char* name;
  double width;
  double depth;
  int native_size;
};

constexpr std::array<Scaling, 5> kScalings = {{
    {"efficientnet-lite0", 1.0, 1.0, 224},
    {"efficientnet-lite1", 1.0, 1.1, 240},
    {"efficientnet-lite2", 1.1, 1.2, 260},
    {"efficientnet-lite3", 1.2, 1.4, 280},
    {"efficientnet-lite4", 1.4, 1.8, 300},
}};

// One row of table 1 of Tan and Le 2019, before scaling.
struct Stage {
  int repeats;
  int kernel;
  int stride;
  int expansion;
  int channels;
};

constexpr std::array<Stage, 7> kStages = {{
    {1, 3, 1, 1, 16},
    {2, 3, 2, 6, 24},
    {2, 5, 2, 6, 40},
    {3, 3, 2, 6, 80},
    {3, 5, 1, 6, 112},
    {4, 5, 2, 6, 192},
    {1, 3, 1, 6, 320},
}};

// Channels are scaled and rounded to the nearest multiple of 8, but never down by more than 10 %.
int ScaleChannels(int channels, double width) {
  const double scaled = channels * width;
  const int rounded = std::max(8, static_cast<int>(scaled + 4) / 8 * 8);
  return rounded < 0.9 * scaled ? rounded + 8 : rounded;
}

// The first and last stage keep their depth in the Lite family.
int ScaleRepeats(std::size_t stage, double depth) {
  const int repeats = kStages[stage].repeats;
  const bool fixed = stage == 0 || stage + 1 == kStages.size();
  return fixed ? repeats : static_cast<int>(std::ceil(depth * repeats));
}

ConvLayer Conv(FoldedConv conv, Activation activation = Activation::kRelu6) {
  return {.conv = std::move(conv), .activation = activation, .padding = Padding::kTensorFlowSame};
}

// Mobile inverted bottleneck (Sandler et al. 2018): expand (except in the first stage), filter each
// channel by itself, project.
Block InvertedBottleneck(Parameters& parameters, const std::string& prefix, int in, int out,
                         const Stage& stage, int stride) {
  const auto take = [&](const char* conv, const char* norm, at::IntArrayRef shape) {
    return parameters.TakeConv(prefix + conv, prefix + norm, shape, kBatchNormEpsilon);
  };
  const int inner = in * stage.expansion;
  Block block;
  if (stage.expansion != 1)
    block.convs.push_back(Conv(take("_expand_conv", "_bn0", {inner, in, 1, 1})));
  ConvLayer depthwise =
      Conv(take("_depthwise_conv", "_bn1", {inner, 1, stage.kernel, stage.kernel}));
  depthwise.stride = stride;
  depthwise.groups = inner;
  block.convs.push_back(std::move(depthwise));
  block.convs.push_back(Conv(take("_project_conv", "_bn2", {out, inner, 1, 1}), Activation::kNone));
  block.shortcut = stride == 1 && in == out ? Shortcut::kIdentity : Shortcut::kNone;
  return block;
}

std::unique_ptr<Network> Build(const Scaling& scaling, Parameters& parameters) {
  auto network =
      std::make_unique<SequentialNetwork>(kNormalisation, scaling.native_size, parameters.device());
  ConvLayer stem =
      Conv(parameters.TakeConv("_conv_stem", "_bn0", {kStemChannels, 3, 3, 3}, kBatchNormEpsilon));
  stem.stride = 2;
  network->AddStep("stem", kStemChannels, 2, std::move(stem));
  int blocks = 0;
  for (std::size_t s = 0; s < kStages.size(); ++s) {
    const int channels = ScaleChannels(kStages[s].channels, scaling.width);
    for (int r = 0; r < ScaleRepeats(s, scaling.depth); ++r, ++blocks) {
      const int stride = r == 0 ? kStages[s].stride : 1;
      network->AddStep(fmt::format("block{}", blocks), channels, stride,
                       InvertedBottleneck(parameters, fmt::format("_blocks.{}.", blocks),
                                          network->channels(), channels, kStages[s], stride));
    }
  }
  network->AddStep(
      "head", kHeadChannels, 1,
      Conv(parameters.TakeConv("_conv_head", "_bn1", {kHeadChannels, network->channels(), 1, 1},
                               kBatchNormEpsilon)));
  network->SetPooledHead(parameters, "_fc");
  return network;
}

using Names = std::map<std::string, std::string>;

Names TimmModules(const Scaling& scaling) {
  const Names first_stage = {{"conv_dw", "_depthwise_conv"},
                             {"bn1", "_bn1"},
                             {"conv_pw", "_project_conv"},
                             {"bn2", "_bn2"}};
  const Names others = {{"conv_pw", "_expand_conv"},    {"bn1", "_bn0"},
                        {"conv_dw", "_depthwise_conv"}, {"bn2", "_bn1"},
                        {"conv_pwl", "_project_conv"},  {"bn3", "_bn2"}};
  Names modules = {{"conv_stem", "_conv_stem"},
                   {"bn1", "_bn0"},
                   {"conv_head", "_conv_head"},
                   {"bn2", "_bn1"},
                   {"classifier", "_fc"}};
  int block = 0;
  for (std::size_t s = 0; s < kStages.size(); ++s)
    for (int r = 0; r < ScaleRepeats(s, scaling.depth); ++r, ++block)
      for (const auto& [timm, own] : s == 0 ? first_stage : others)
        modules[fmt::format("blocks.{}.{}.{}", s, r, timm)] =
            fmt::format("_blocks.{}.{}", block, own);
  return modules;
}

}  // namespace

std::vector<Architecture> EfficientNetLiteFamily() {
  std::vector<Architecture> family;
  for (const Scaling& scaling : kScalings)
    family.push_back({scaling.name, "EfficientNet-Lite (Tan and Le 2019)",
                      [&scaling](Parameters& parameters) { return Build(scaling, parameters); },
                      TimmModules(scaling)});
  return family;
}

}  // namespace gradcut
