#include "gradcut/model/weights.h"

#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/error_of.h"
#include "support/made_up_weights.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ImportWeightsTest : public ::testing::Test {
 protected:
  // Writes `tensors` as a safetensors file and imports it.
  ImportReport Import(const StoredTensors& tensors, const std::string& architecture) {
    WriteSafetensors(folder_ / "given.safetensors", tensors, {});
    return ImportWeights(folder_ / "given.safetensors", architecture, output_);
  }

  std::string RefusalOf(const StoredTensors& tensors, const std::string& architecture) {
    const std::string refusal = ErrorOf([&] { Import(tensors, architecture); });
    EXPECT_FALSE(std::filesystem::exists(output_));
    return refusal;
  }

  TemporaryFolder folder_;
  const std::filesystem::path output_ = folder_ / "out.safetensors";
  const MadeUpWeights mobilenet_{*FindArchitecture("mobilenet_v2")};
};

TEST_F(ImportWeightsTest, WhatIsWrittenSaysWhichNetworkItIsFor) {
  StoredTensors tensors = mobilenet_.tensors();
  const std::int64_t counter = 3;
  tensors["features.0.1.num_batches_tracked"] = {"I64", {}, std::as_bytes(std::span(&counter, 1))};
  const ImportReport report = Import(tensors, "mobilenet_v2");
  const SafetensorsFile written = SafetensorsFile::Open(output_);
  EXPECT_EQ(written.metadata().at("arch"), "mobilenet_v2");
  EXPECT_EQ(written.tensors().size(), mobilenet_.tensors().size()) << "counters are left out";
  EXPECT_EQ(static_cast<std::size_t>(report.tensors), mobilenet_.tensors().size());
}

// timm calls every module otherwise, and each of ours has exactly one name there.
TEST_F(ImportWeightsTest, TimmsNamesBecomeOurs) {
  for (const char* const name : {"mobilenet_v2", "efficientnet-lite0"}) {
    const Architecture& architecture = *FindArchitecture(name);
    const MadeUpWeights weights(architecture);
    std::map<std::string, std::string> timm_of;
    for (const auto& [timm, own] : architecture.timm_modules) timm_of[own] = timm;
    EXPECT_EQ(timm_of.size(), architecture.timm_modules.size());
    StoredTensors renamed;
    for (const auto& [own, tensor] : weights.tensors()) {
      const std::size_t dot = own.rfind('.');
      renamed[timm_of.at(own.substr(0, dot)) + own.substr(dot)] = tensor;
    }
    EXPECT_EQ(renamed.count("blocks.1.0.conv_pwl.weight"), 1U);
    Import(renamed, name);
    const SafetensorsFile written = SafetensorsFile::Open(output_);
    for (const auto& [own, tensor] : weights.tensors())
      EXPECT_TRUE(std::ranges::equal(written.tensors().at(own).bytes, tensor.bytes)) << own;
  }
}

// As modules leave them that hold the network.
TEST_F(ImportWeightsTest, APrefixOfAllNamesIsLeftOut) {
  Import(mobilenet_.tensors(), "mobilenet_v2");
  const std::vector<std::uint8_t> plain = ReadFile(output_);
  for (const std::string prefix : {"module.", "_orig_mod.module.", "backbone.", "a.features.b."}) {
    StoredTensors tensors;
    for (const auto& [name, tensor] : mobilenet_.tensors()) tensors[prefix + name] = tensor;
    EXPECT_THAT(Import(tensors, "mobilenet_v2").prefixes, ::testing::ElementsAre(prefix));
    EXPECT_EQ(ReadFile(output_), plain) << prefix;
    const float loss = 1;
    tensors["criterion.weight"] = {"F32", {1}, std::as_bytes(std::span(&loss, 1))};
    EXPECT_THAT(Import(tensors, "mobilenet_v2").left_out,
                ::testing::ElementsAre("criterion.weight"));
    EXPECT_EQ(ReadFile(output_), plain) << prefix;
  }
}

TEST_F(ImportWeightsTest, AHeadMayStandUnderAnotherPrefix) {
  Import(mobilenet_.tensors(), "mobilenet_v2");
  const std::vector<std::uint8_t> plain = ReadFile(output_);
  StoredTensors tensors;
  for (const auto& [name, tensor] : mobilenet_.tensors())
    tensors[(name.starts_with("classifier.") ? "head." : "backbone.") + name] = tensor;
  EXPECT_THAT(Import(tensors, "mobilenet_v2").prefixes,
              ::testing::ElementsAre("backbone.", "head."));
  EXPECT_EQ(ReadFile(output_), plain);
}

TEST_F(ImportWeightsTest, SeveralNetworksInOneFileAreRefused) {
  StoredTensors tensors;
  for (const auto& [name, tensor] : mobilenet_.tensors())
    tensors["student." + name] = tensors["teacher." + name] = tensor;
  EXPECT_THAT(RefusalOf(tensors, "mobilenet_v2"), HasSubstr("under 'student.' and 'teacher.'"));
}

TEST_F(ImportWeightsTest, APartOfANetworkIsRefusedWithTheRemedy) {
  StoredTensors tensors;
  for (const auto& [name, tensor] : mobilenet_.tensors())
    if (!name.starts_with("classifier.")) tensors["encoder." + name] = tensor;
  EXPECT_THAT(RefusalOf(tensors, "mobilenet_v2"),
              AllOf(HasSubstr("classifier.1.weight is missing"),
                    HasSubstr("the whole network that --arch names"), HasSubstr("TorchScript")));
}

TEST_F(ImportWeightsTest, MissingExtraAndMisshapenParametersAreNamed) {
  StoredTensors tensors = mobilenet_.tensors();
  auto bias = tensors.extract("classifier.1.bias");
  bias.key() = "classifier.2.bias";
  tensors.insert(std::move(bias));
  tensors["classifier.1.weight"].shape = {1280, 1000};
  EXPECT_THAT(
      RefusalOf(tensors, "mobilenet_v2"),
      AllOf(HasSubstr("given.safetensors"), HasSubstr("classifier.1.bias is missing"),
            HasSubstr("classifier.2.bias is not expected"),
            HasSubstr("classifier.1.weight is F32 [1280, 1000], expected F32 [1000, 1280]")));
  EXPECT_THAT(RefusalOf(mobilenet_.tensors(), "resnet18"),
              AllOf(HasSubstr("conv1.weight is missing"), HasSubstr("is not expected")));
}

TEST_F(ImportWeightsTest, ParameterUnderBothNamesIsRefused) {
  StoredTensors tensors = mobilenet_.tensors();
  tensors["classifier.bias"] = tensors.at("classifier.1.bias");
  EXPECT_THAT(RefusalOf(tensors, "mobilenet_v2"), HasSubstr("classifier.1.bias is there twice"));
}

TEST_F(ImportWeightsTest, UnknownNetworksAreAnsweredWithTheKnownOnes) {
  EXPECT_THAT(RefusalOf(mobilenet_.tensors(), "vgg12"),
              AllOf(HasSubstr("'vgg12'"), HasSubstr("vgg11, vgg11_bn")));
}

TEST_F(ImportWeightsTest, StateDictOfAnotherNetworkIsRefused) {
  const std::string saved = std::string(GRADCUT_TEST_DATA) + "/torch_save/zip.pth";
  EXPECT_THAT(ErrorOf([&] { ImportWeights(saved, "resnet18", output_); }),
              AllOf(HasSubstr("zip.pth"), HasSubstr("conv1.weight is missing"),
                    HasSubstr("conv.weight is not expected")));
}

}  // namespace
}  // namespace gradcut
