// VGG (Simonyan and Zisserman 2014, "Very Deep Convolutional Networks for Large-Scale Image
// Recognition", table 1), with the parameter names of torchvision.
#include "model/vgg.h"

#include "model/sequential_network.h"

#include <fmt/format.h>

#include <array>

namespace gradcut {
namespace {

constexpr double kBatchNormEpsilon = 1e-5;
constexpr int kNativeSize = 224;
constexpr int kPooledSide = 7;
constexpr int kHidden = 4096;

enum class BatchNorm { kWithout, kWith };

struct Configuration {
  const char* name;
  std::array<int, 5> convs;  // In each stage; a stage ends in a maximum over 2 x 2 cells.
  BatchNorm norm;
};

constexpr std::array<int, 5> kStageChannels = {64, 128, 256, 512, 512};

constexpr std::array<Configuration, 8> kConfigurations = {{
    {"vgg11", {1, 1, 2, 2, 2}, BatchNorm::kWithout},
    {"vgg11_bn", {1, 1, 2, 2, 2}, BatchNorm::kWith},
    {"vgg13", {2, 2, 2, 2, 2}, BatchNorm::kWithout},
    {"vgg13_bn", {2, 2, 2, 2, 2}, BatchNorm::kWith},
    {"vgg16", {2, 2, 3, 3, 3}, BatchNorm::kWithout},
    {"vgg16_bn", {2, 2, 3, 3, 3}, BatchNorm::kWith},
    {"vgg19", {2, 2, 4, 4, 4}, BatchNorm::kWithout},
    {"vgg19_bn", {2, 2, 4, 4, 4}, BatchNorm::kWith},
}};

// Parameters are numbered by their place in a list that counts norms, ReLUs and pools too.
class Features {
 public:
  Features(Parameters& parameters, BatchNorm norm) : parameters_(parameters), norm_(norm) {}

  ConvLayer NextConv(int in, int out) {
    const std::string conv = NextName();
    const std::array<std::int64_t, 4> shape = {out, in, 3, 3};
    ConvLayer layer;
    layer.conv =
        norm_ == BatchNorm::kWithout
            ? parameters_.TakeConv(conv, shape)
            : parameters_.TakeConv(conv, NextName(), shape, kBatchNormEpsilon, ConvBias::kWith);
    ++index_;  // The ReLU.
    return layer;
  }

  void SkipPool() { ++index_; }

 private:
  std::string NextName() { return fmt::format("features.{}", index_++); }

  Parameters& parameters_;
  const BatchNorm norm_;
  int index_ = 0;
};

// Three fully connected layers on 7 x 7 cells; at other input sizes the cells are averaged to as
// many.
SequentialNetwork::Function Head(Parameters& parameters, int channels) {
  struct Linear {
    at::Tensor weight, bias;
    at::Tensor operator()(const at::Tensor& x) const { return at::linear(x, weight, bias); }
  };
  const auto take = [&parameters](const std::string& name, int out, int in) {
    return Linear{parameters.Take(name + ".weight", {out, in}),
                  parameters.Take(name + ".bias", {out})};
  };
  const Linear first = take("classifier.0", kHidden, channels * kPooledSide * kPooledSide);
  const Linear second = take("classifier.3", kHidden, kHidden);
  const Linear third = take("classifier.6", kImageNetClasses, kHidden);
  return [=](const at::Tensor& x) {
    const at::Tensor cells = at::adaptive_avg_pool2d(x, {kPooledSide, kPooledSide}).flatten(1);
    const at::Tensor x1 = Activate(Activation::kRelu, first(cells));
    const at::Tensor x2 = Activate(Activation::kRelu, second(x1));
    return third(x2);
  };
}

std::unique_ptr<Network> Build(const Configuration& configuration, Parameters& parameters) {
  auto network = std::make_unique<SequentialNetwork>(kTorchvisionNormalisation, kNativeSize,
                                                     parameters.device());
  Features features(parameters, configuration.norm);
  for (std::size_t stage = 0; stage < kStageChannels.size(); ++stage) {
    const int channels = kStageChannels[stage];
    for (int i = 1; i <= configuration.convs[stage]; ++i)
      network->AddStep(fmt::format("conv{}_{}", stage + 1, i), channels, 1,
                       features.NextConv(network->channels(), channels));
    network->AddStep(fmt::format("pool{}", stage + 1), channels, 2,
                     [](const at::Tensor& x) { return at::max_pool2d(x, 2); });
    features.SkipPool();
  }
  network->SetHead(Head(parameters, network->channels()));
  return network;
}

}  // namespace

std::vector<Architecture> VggFamily() {
  std::vector<Architecture> family;
  for (const Configuration& configuration : kConfigurations)
    family.push_back(
        {configuration.name,
         "VGG (Simonyan and Zisserman 2014)",
         [&configuration](Parameters& parameters) { return Build(configuration, parameters); },
         {{"pre_logits.fc1", "classifier.0"},
          {"pre_logits.fc2", "classifier.3"},
          {"head.fc", "classifier.6"}}});
  return family;
}

}  // namespace gradcut
