// The methods against captum 0.9 and grad-cam 1.5.7, on real photos with real weights. The goldens
// in tests/data/saliency_parity were computed in double precision by
// eval/saliency_parity/make_goldens.py.
#include "gradcut/image/image_io.h"
#include "gradcut/tensor/safetensors.h"
#include "model/architecture.h"
#include "model/tensor_image.h"
#include "saliency/methods.h"
#include "support/scored.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

constexpr int kSide = 224;
constexpr double kNear = 1e-4;
const std::string kBuild = GRADCUT_BUILD_ROOT;

class SaliencyParityTest : public ::testing::TestWithParam<const char*> {
 protected:
  SaliencyParityTest() {
    std::ifstream file(GRADCUT_TEST_DATA + std::string("/saliency_parity/") + GetParam() + ".json");
    golden_ = nlohmann::json::parse(file);
  }

  static const Network& Lite0() {
    static const SafetensorsFile file =
        SafetensorsFile::Open(kBuild + "/models/efficientnet-lite0.safetensors");
    static const std::unique_ptr<Network> network =
        BuildNetwork(*FindArchitecture("efficientnet-lite0"), file.path().string(), file.tensors(),
                     at::TensorOptions(at::kDouble));
    return *network;
  }

  ScoredImage CentreOfPhoto() const {
    const cv::Mat photo = ReadImage(kBuild + "/photos/" + GetParam() + ".png");
    const cv::Rect centre((photo.cols - kSide) / 2, (photo.rows - kSide) / 2, kSide, kSide);
    const at::Tensor input =
        ImageToTensor(photo(centre).clone(), {kSide, kSide}, Lite0().normalisation());
    return Scored(Lite0(), input.to(at::kDouble), {golden_["target"].get<int>()});
  }

  // What the golden has of a map.
  at::Tensor Sampled(const cv::Mat& map, const nlohmann::json& golden) const {
    const at::Tensor values = ToTensor(map).flatten();
    if (!golden.contains("norm")) return values;
    const std::int64_t stride = golden_["stride"];
    const auto count = static_cast<std::int64_t>(golden["values"].size());
    EXPECT_NEAR(values.norm().item<double>() / golden["norm"].get<double>(), 1, kNear);
    return values.slice(0, 0, stride * count, stride);
  }

  nlohmann::json golden_;
};

TEST_P(SaliencyParityTest, RawMapsEqualTheReference) {
  const ScoredImage image = CentreOfPhoto();
  SaliencyOptions options;
  options.smooth_grad = {.samples = 5, .noise = 0.15, .seed = 7};
  options.integrated_gradients = {.steps = 20, .baseline = Baseline::kBlack};
  EXPECT_EQ(golden_["maps"].size(), 12U);
  for (const auto& [name, golden] : golden_["maps"].items()) {
    const Method& method = MethodNamed(name);
    const std::string layer = LooksAtLayer(method.source) ? "head" : "";
    const RawMap found = RunMethod(method, image, layer, options);
    const at::Tensor expected =
        at::tensor(golden["values"].get<std::vector<double>>(), at::kDouble);
    EXPECT_LT(RelativeError(Sampled(found.map, golden), expected), kNear) << name;
    if (found.completeness) {
      EXPECT_NEAR(found.completeness->attributions / golden_["completeness"].get<double>(), 1,
                  kNear);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Photos, SaliencyParityTest,
                         ::testing::Values("astronaut", "chelsea", "coffee"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace gradcut
