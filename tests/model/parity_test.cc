// The networks against the Python reference, on real photos with real weights. The goldens in
// tests/data/parity were computed in double precision by make_goldens.py there.

#include "gradcut/image/image_io.h"
#include "gradcut/model/classifier.h"
#include "gradcut/storage/sha256.h"
#include "gradcut/tensor/safetensors.h"
#include "model/architecture.h"
#include "model/tensor_image.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace gradcut {
namespace {

const std::string kBuild = GRADCUT_BUILD_ROOT;

struct Case {
  const char* model;
  const char* photo;
};

class ParityTest : public ::testing::TestWithParam<Case> {
 protected:
  ParityTest() {
    std::ifstream file(std::string(GRADCUT_TEST_DATA) + "/parity/efficientnet-" + GetParam().model +
                       "." + GetParam().photo + ".json");
    golden_ = nlohmann::json::parse(file);
  }

  // The centre crop that the reference saw, pixel by pixel.
  at::Tensor Input(const Network& network) const {
    const cv::Mat photo = ReadImage(kBuild + "/photos/" + GetParam().photo + ".png");
    const int size = golden_["size"];
    const cv::Mat crop = photo({golden_["left"], golden_["top"], size, size}).clone();
    EXPECT_EQ(Sha256({reinterpret_cast<const std::byte*>(crop.data), crop.total() * 3}),
              golden_["crop_sha256"])
        << "the photo decodes to other pixels";
    return ImageToTensor(crop, {size, size}, network.normalisation());
  }

  GradientPass Pass(at::ScalarType type) const {
    const SafetensorsFile file =
        SafetensorsFile::Open(kBuild + "/models/efficientnet-" + GetParam().model + ".safetensors");
    const auto network =
        BuildNetwork(*FindArchitecture(std::string("efficientnet-") + GetParam().model),
                     file.path().string(), file.tensors(), at::TensorOptions(type));
    const int top = golden_["top1"];
    const auto top_class = [top](const at::Tensor& logits) {
      at::Tensor weights = at::zeros_like(logits);
      weights[0][top] = 1;
      return weights;
    };
    return ComputeGradients(*network, Input(*network).to(type), top_class, {});
  }

  void ExpectLogits(const GradientPass& pass) const {
    const at::Tensor logits = pass.logits[0].to(at::kDouble);
    const at::Tensor expected = Golden(golden_["logits"]);
    EXPECT_LT(RelativeError(logits, expected), 1e-4);
    EXPECT_LT((logits - expected).abs().max().item<double>(),
              1e-4 * expected.abs().max().item<double>());
    EXPECT_EQ(logits.argmax().item<int>(), golden_["top1"]);
  }

  static double RelativeError(const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
  }

  at::Tensor Golden(const nlohmann::json& values) const {
    return at::tensor(values.get<std::vector<double>>(), at::kDouble);
  }

  at::Tensor Sampled(const at::Tensor& gradient) const {
    const std::int64_t stride = golden_["gradient"]["stride"];
    const auto count = static_cast<std::int64_t>(golden_["gradient"]["values"].size());
    return gradient.to(at::kDouble).contiguous().flatten().slice(0, 0, stride * count, stride);
  }

  nlohmann::json golden_;
};

TEST_P(ParityTest, LogitsAndInputGradientEqualTheReference) {
  const GradientPass pass = Pass(at::kDouble);
  ExpectLogits(pass);
  const at::Tensor& gradient = pass.input_gradient;
  const nlohmann::json& golden = golden_["gradient"];
  const double norm = golden["l2_norm"], sum = golden["abs_sum"], greatest = golden["abs_max"];
  EXPECT_LT(RelativeError(Sampled(gradient), Golden(golden["values"])), 1e-4);
  EXPECT_NEAR(gradient.norm().item<double>(), norm, 1e-4 * norm);
  EXPECT_NEAR(gradient.abs().sum().item<double>(), sum, 1e-4 * sum);
  EXPECT_NEAR(gradient.abs().max().item<double>(), greatest, 1e-4 * greatest);
}

// Some activations lie within float32 rounding of ReLU6's corners, where the gradient jumps: single
// precision cannot reproduce every value, and neither does the reference's own.
TEST_P(ParityTest, SinglePrecisionHasTheLogitsAndTheDirectionOfTheGradient) {
  const GradientPass pass = Pass(at::kFloat);
  ExpectLogits(pass);
  const at::Tensor found = Sampled(pass.input_gradient);
  const at::Tensor expected = Golden(golden_["gradient"]["values"]);
  const double cosine = (found.dot(expected) / (found.norm() * expected.norm())).item<double>();
  EXPECT_GT(cosine, 0.9999);
}

INSTANTIATE_TEST_SUITE_P(Photos, ParityTest,
                         ::testing::Values(Case{"lite0", "astronaut"}, Case{"lite0", "chelsea"},
                                           Case{"lite0", "coffee"}, Case{"lite1", "astronaut"},
                                           Case{"lite1", "chelsea"}, Case{"lite1", "coffee"},
                                           Case{"lite2", "astronaut"}, Case{"lite2", "chelsea"},
                                           Case{"lite2", "coffee"}),
                         [](const auto& test) {
                           return std::string(test.param.model) + "_" + test.param.photo;
                         });

}  // namespace
}  // namespace gradcut
