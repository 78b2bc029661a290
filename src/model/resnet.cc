// ResNet (He et al. 2015, "Deep Residual Learning for Image Recognition", table 1), with the
// parameter names of torchvision. As there, a bottleneck's stride lies in its 3 x 3 convolution.
#include "model/resnet.h"

#include "model/sequential_network.h"

#include <fmt/format.h>

#include <array>

namespace gradcut {
namespace {

constexpr double kBatchNormEpsilon = 1e-5;
constexpr int kNativeSize = 224;
constexpr int kStemChannels = 64;

enum class BlockKind { kBasic, kBottleneck };

struct Configuration {
  const char* name;
  BlockKind kind;
  std::array<int, 4> blocks;  // In each stage.
};

constexpr std::array<Configuration, 5> kConfigurations = {{
    {"resnet18", BlockKind::kBasic, {2, 2, 2, 2}},
    {"resnet34", BlockKind::kBasic, {3, 4, 6, 3}},
    {"resnet50", BlockKind::kBottleneck, {3, 4, 6, 3}},
    {"resnet101", BlockKind::kBottleneck, {3, 4, 23, 3}},
    {"resnet152", BlockKind::kBottleneck, {3, 8, 36, 3}},
}};

// One convolution of a block.
struct BlockConv {
  int channels;
  int kernel;
  int stride;
};

std::vector<BlockConv> BlockConvs(BlockKind kind, int width, int stride) {
  if (kind == BlockKind::kBasic) return {{width, 3, stride}, {width, 3, 1}};
  return {{width, 1, 1}, {width, 3, stride}, {4 * width, 1, 1}};
}

ConvLayer TakeConv(Parameters& parameters, const std::string& conv, const std::string& norm, int in,
                   const BlockConv& shape) {
  return {.conv = parameters.TakeConv(conv, norm, {shape.channels, in, shape.kernel, shape.kernel},
                                      kBatchNormEpsilon),
          .stride = shape.stride};
}

Block TakeBlock(Parameters& parameters, const std::string& prefix, int in,
                const std::vector<BlockConv>& convs, int stride) {
  Block block = {.activation = Activation::kRelu};
  int channels = in;
  for (const BlockConv& shape : convs) {
    const std::size_t number = block.convs.size() + 1;
    block.convs.push_back(TakeConv(parameters, fmt::format("{}conv{}", prefix, number),
                                   fmt::format("{}bn{}", prefix, number), channels, shape));
    channels = shape.channels;
  }
  block.convs.back().activation = Activation::kNone;
  block.shortcut = Shortcut::kIdentity;
  if (stride != 1 || in != channels) {
    block.shortcut = Shortcut::kProjection;
    block.projection = TakeConv(parameters, prefix + "downsample.0", prefix + "downsample.1", in,
                                {channels, 1, stride});
    block.projection.activation = Activation::kNone;
  }
  return block;
}

std::unique_ptr<Network> Build(const Configuration& configuration, Parameters& parameters) {
  auto network = std::make_unique<SequentialNetwork>(kTorchvisionNormalisation, kNativeSize,
                                                     parameters.device());
  network->AddStep("stem", kStemChannels, 2,
                   TakeConv(parameters, "conv1", "bn1", 3, {kStemChannels, 7, 2}));
  network->AddStep("pool", kStemChannels, 2,
                   [](const at::Tensor& x) { return at::max_pool2d(x, 3, 2, 1); });
  int width = kStemChannels;
  for (std::size_t stage = 0; stage < configuration.blocks.size(); ++stage, width *= 2) {
    for (int b = 0; b < configuration.blocks[stage]; ++b) {
      const int stride = stage > 0 && b == 0 ? 2 : 1;
      const std::vector<BlockConv> convs = BlockConvs(configuration.kind, width, stride);
      const std::string name = fmt::format("layer{}.{}", stage + 1, b);
      network->AddStep(name, convs.back().channels, stride,
                       TakeBlock(parameters, name + ".", network->channels(), convs, stride));
    }
  }
  network->SetPooledHead(parameters, "fc");
  return network;
}

}  // namespace

std::vector<Architecture> ResNetFamily() {
  std::vector<Architecture> family;
  for (const Configuration& configuration : kConfigurations)
    family.push_back(
        {configuration.name, "ResNet (He et al. 2015)",
         [&configuration](Parameters& parameters) { return Build(configuration, parameters); }});
  return family;
}

}  // namespace gradcut
