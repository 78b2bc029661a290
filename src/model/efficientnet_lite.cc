#include "model/efficientnet_lite.h"

#include "gradcut/core/error.h"
#include "model/parameters.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace gradcut {
namespace {

constexpr double kBatchNormEpsilon = 1e-3;
constexpr int kStemChannels = 32;
constexpr int kHeadChannels = 1280;
constexpr int kClasses = 1000;

struct Scaling {
  std::string_view arch;
  double width;
  double depth;
  int native_size;
};

constexpr std::array<Scaling, 3> kScalings = {{
    {"efficientnet-lite0", 1.0, 1.0, 224},
    {"efficientnet-lite1", 1.0, 1.1, 240},
    {"efficientnet-lite2", 1.1, 1.2, 260},
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

// Cells that TensorFlow's SAME padding adds along one side; the second half is the larger one.
int SamePadding(std::int64_t size, int kernel, int stride) {
  const std::int64_t outputs = (size + stride - 1) / stride;
  return static_cast<int>(std::max<std::int64_t>((outputs - 1) * stride + kernel - size, 0));
}

enum class Activation { kRelu6, kNone };

struct ConvLayer {
  FoldedConv conv;
  int kernel = 1;
  int stride = 1;
  std::int64_t groups = 1;
  Activation activation = Activation::kRelu6;

  at::Tensor operator()(const at::Tensor& input) const {
    const int rows = SamePadding(input.size(2), kernel, stride);
    const int cols = SamePadding(input.size(3), kernel, stride);
    const bool symmetric = rows % 2 == 0 && cols % 2 == 0;
    const at::Tensor padded =
        symmetric
            ? input
            : at::constant_pad_nd(input, {cols / 2, cols - cols / 2, rows / 2, rows - rows / 2});
    const std::array<std::int64_t, 2> padding = {symmetric ? rows / 2 : 0,
                                                 symmetric ? cols / 2 : 0};
    at::Tensor output = at::conv2d(padded, conv.weight, conv.bias, stride, padding, 1, groups);
    return activation == Activation::kRelu6 ? at::hardtanh_(output, 0, 6) : output;
  }
};

// Mobile inverted bottleneck (Sandler et al. 2018): expand (except in the first stage), filter each
// channel by itself, project.
struct Block {
  std::vector<ConvLayer> convs;
  bool skip = false;

  at::Tensor operator()(const at::Tensor& input) const {
    at::Tensor x = input;
    for (const ConvLayer& conv : convs) x = conv(x);
    return skip ? x + input : x;
  }
};

class EfficientNetLite : public Network {
 public:
  EfficientNetLite(const Scaling& scaling, const SafetensorsFile& file, at::TensorOptions options)
      : scaling_(scaling), device_(options.device()) {
    Parameters parameters(file, options);
    stem_ = {.conv = parameters.TakeConv("_conv_stem", "_bn0", {kStemChannels, 3, 3, 3},
                                         kBatchNormEpsilon),
             .kernel = 3,
             .stride = 2};
    layers_.push_back({"stem", kStemChannels, 2});
    for (std::size_t s = 0; s < kStages.size(); ++s) {
      const int repeats = ScaleRepeats(s, scaling.depth);
      for (int r = 0; r < repeats; ++r) AddBlock(parameters, kStages[s], r == 0);
    }
    head_ = {.conv = parameters.TakeConv("_conv_head", "_bn1",
                                         {kHeadChannels, layers_.back().channels, 1, 1},
                                         kBatchNormEpsilon)};
    layers_.push_back({"head", kHeadChannels, layers_.back().stride});
    fc_weight_ = parameters.Take("_fc.weight", {kClasses, kHeadChannels});
    fc_bias_ = parameters.Take("_fc.bias", {kClasses});
    parameters.Finish();
  }

  at::Tensor Forward(const at::Tensor& input,
                     std::map<std::string, at::Tensor>& keep) const override {
    std::size_t layer = 0;
    const auto named = [&](const at::Tensor& activation) {
      const auto wanted = keep.find(layers_[layer++].name);
      if (wanted != keep.end()) wanted->second = activation;
      return activation;
    };
    at::Tensor x = named(stem_(input.contiguous(at::MemoryFormat::ChannelsLast)));
    for (const Block& block : blocks_) x = named(block(x));
    x = named(head_(x));
    return at::linear(x.mean({2, 3}), fc_weight_, fc_bias_);
  }

  const std::vector<NetworkLayer>& layers() const override { return layers_; }
  const InputNormalisation& normalisation() const override { return normalisation_; }
  at::Device device() const override { return device_; }
  int native_size() const override { return scaling_.native_size; }
  int class_count() const override { return kClasses; }

 private:
  void AddBlock(Parameters& parameters, const Stage& stage, bool first) {
    const std::string prefix = fmt::format("_blocks.{}.", blocks_.size());
    const int in = layers_.back().channels;
    const int out = ScaleChannels(stage.channels, scaling_.width);
    const int inner = in * stage.expansion;
    const int stride = first ? stage.stride : 1;
    Block block;
    if (stage.expansion != 1)
      block.convs.push_back({.conv = parameters.TakeConv(prefix + "_expand_conv", prefix + "_bn0",
                                                         {inner, in, 1, 1}, kBatchNormEpsilon)});
    block.convs.push_back(
        {.conv = parameters.TakeConv(prefix + "_depthwise_conv", prefix + "_bn1",
                                     {inner, 1, stage.kernel, stage.kernel}, kBatchNormEpsilon),
         .kernel = stage.kernel,
         .stride = stride,
         .groups = inner});
    block.convs.push_back({.conv = parameters.TakeConv(prefix + "_project_conv", prefix + "_bn2",
                                                       {out, inner, 1, 1}, kBatchNormEpsilon),
                           .activation = Activation::kNone});
    block.skip = stride == 1 && in == out;
    layers_.push_back(
        {fmt::format("block{}", blocks_.size()), out, layers_.back().stride * stride});
    blocks_.push_back(std::move(block));
  }

  const Scaling scaling_;
  const at::Device device_;
  const InputNormalisation normalisation_ = {{127, 127, 127}, {128, 128, 128}};
  std::vector<NetworkLayer> layers_;
  ConvLayer stem_;
  std::vector<Block> blocks_;
  ConvLayer head_;
  at::Tensor fc_weight_;
  at::Tensor fc_bias_;
};

const Scaling* FindScaling(std::string_view arch) {
  for (const Scaling& scaling : kScalings)
    if (scaling.arch == arch) return &scaling;
  return nullptr;
}

}  // namespace

std::vector<std::string> EfficientNetLiteNames() {
  std::vector<std::string> names;
  for (const Scaling& scaling : kScalings) names.emplace_back(scaling.arch);
  return names;
}

std::unique_ptr<Network> LoadEfficientNetLite(std::string_view arch, const SafetensorsFile& file,
                                              at::TensorOptions options) {
  const Scaling* const scaling = FindScaling(arch);
  Require(scaling != nullptr, "{}: unknown network '{}'", file.path().string(), arch);
  return std::make_unique<EfficientNetLite>(*scaling, file, options);
}

}  // namespace gradcut
