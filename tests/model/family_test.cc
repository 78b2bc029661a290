// Every network of every family against torchvision (EfficientNet-Lite: the package
// efficientnet-lite-pytorch) with the same made-up weights. The goldens were computed in double
// precision by eval/model_parity/make_goldens.py.

#include "model/architecture.h"
#include "support/made_up_weights.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

class FamilyTest : public ::testing::TestWithParam<std::string> {
 protected:
  FamilyTest() {
    std::ifstream file(std::string(GRADCUT_TEST_DATA) + "/model_parity/" + GetParam() + ".json");
    golden_ = nlohmann::json::parse(file);
  }

  std::unique_ptr<Network> Build(at::ScalarType type) const {
    const Architecture& architecture = *FindArchitecture(GetParam());
    const MadeUpWeights weights(architecture);
    return BuildNetwork(architecture, "made up", weights.tensors(), at::TensorOptions(type));
  }

  GradientPass Pass(at::ScalarType type) const {
    const int size = golden_["size"], top = golden_["top1"];
    const auto top_class = [top](const at::Tensor& logits) {
      at::Tensor weights = at::zeros_like(logits);
      weights[0][top] = 1;
      return weights;
    };
    const auto count = static_cast<std::size_t>(3 * size * size);
    const at::Tensor input = at::tensor(MadeUpValues("input", count), at::kDouble) * 2;
    return ComputeGradients(*Build(type), input.view({1, 3, size, size}).to(type), top_class, {});
  }

  at::Tensor Sampled(const at::Tensor& gradient) const {
    const std::int64_t stride = golden_["gradient"]["stride"];
    const auto count = static_cast<std::int64_t>(golden_["gradient"]["values"].size());
    return gradient.to(at::kDouble).contiguous().flatten().slice(0, 0, stride * count, stride);
  }

  static at::Tensor Golden(const nlohmann::json& values) {
    return at::tensor(values.get<std::vector<double>>(), at::kDouble);
  }

  static double RelativeError(const at::Tensor& found, const at::Tensor& expected) {
    return ((found.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
  }

  nlohmann::json golden_;
};

TEST_P(FamilyTest, LogitsAndInputGradientEqualTheReference) {
  const GradientPass pass = Pass(at::kDouble);
  const nlohmann::json& gradient = golden_["gradient"];
  EXPECT_LT(RelativeError(pass.logits[0], Golden(golden_["logits"])), 1e-6);
  EXPECT_LT(RelativeError(Sampled(pass.input_gradient), Golden(gradient["values"])), 1e-4);
  const double norm = gradient["l2_norm"], sum = gradient["abs_sum"];
  EXPECT_NEAR(pass.input_gradient.norm().item<double>(), norm, 1e-4 * norm);
  EXPECT_NEAR(pass.input_gradient.abs().sum().item<double>(), sum, 1e-4 * sum);
}

std::string TestName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, FamilyTest,
                         ::testing::Values("efficientnet-lite3", "efficientnet-lite4",
                                           "mobilenet_v2", "resnet18", "resnet34", "resnet50",
                                           "resnet101", "resnet152", "vgg11", "vgg11_bn", "vgg13",
                                           "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn"),
                         TestName);

// One of each family, at its native size. In float32 the gradient jumps where an activation lies
// within rounding of a corner, so it is compared by its direction.
class SinglePrecisionTest : public FamilyTest {};

TEST_P(SinglePrecisionTest, HasTheLogitsAndTheDirectionOfTheGradient) {
  const GradientPass pass = Pass(at::kFloat);
  EXPECT_LT(RelativeError(pass.logits[0], Golden(golden_["logits"])), 1e-4);
  EXPECT_EQ(pass.logits.argmax().item<int>(), golden_["top1"]);
  const at::Tensor found = Sampled(pass.input_gradient);
  const at::Tensor expected = Golden(golden_["gradient"]["values"]);
  const double cosine = (found.dot(expected) / (found.norm() * expected.norm())).item<double>();
  EXPECT_GT(cosine, 0.999);
}

INSTANTIATE_TEST_SUITE_P(OneAFamily, SinglePrecisionTest,
                         ::testing::Values("mobilenet_v2", "resnet50", "vgg11_bn"), TestName);

TEST(ArchitecturesTest, LayersOfEveryNetworkHaveTheirStatedShape) {
  for (const char* const name : {"vgg11", "resnet18", "mobilenet_v2", "efficientnet-lite0"}) {
    const Architecture& architecture = *FindArchitecture(name);
    const MadeUpWeights weights(architecture);
    const auto network =
        BuildNetwork(architecture, "made up", weights.tensors(), at::TensorOptions(at::kFloat));
    std::map<std::string, at::Tensor> keep;
    for (const NetworkLayer& layer : network->layers()) keep.emplace(layer.name, at::Tensor());
    EXPECT_EQ(network->Forward(at::zeros({1, 3, 64, 96}), keep, {}).size(1),
              network->class_count());
    for (const NetworkLayer& layer : network->layers())
      EXPECT_EQ(keep[layer.name].sizes(),
                at::IntArrayRef({1, layer.channels, 64 / layer.stride, 96 / layer.stride}))
          << name << " " << layer.name;
  }
}

// The counts that torchvision's documentation and the papers give.
TEST(ArchitecturesTest, ParameterCountsAreThePublishedOnes) {
  const std::map<std::string, std::int64_t> published = {
      {"efficientnet-lite0", 4'652'008}, {"mobilenet_v2", 3'504'872},
      {"resnet18", 11'689'512},          {"resnet34", 21'797'672},
      {"resnet50", 25'557'032},          {"resnet101", 44'549'160},
      {"resnet152", 60'192'808},         {"vgg11", 132'863'336},
      {"vgg11_bn", 132'868'840},         {"vgg13", 133'047'848},
      {"vgg13_bn", 133'053'736},         {"vgg16", 138'357'544},
      {"vgg16_bn", 138'365'992},         {"vgg19", 143'667'240},
      {"vgg19_bn", 143'678'248}};
  for (const auto& [name, count] : published)
    EXPECT_EQ(DescribeArchitecture(name).parameters, count) << name;
}

}  // namespace
}  // namespace gradcut
