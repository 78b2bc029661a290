// `gradcut models`: what there is, and bringing weights in.
#include "gradcut/storage/file.h"
#include "gradcut/tensor/safetensors.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string kWeights =
    (fs::path(GRADCUT_BUILD_ROOT) / "models" / "efficientnet-lite0.safetensors").string();

TEST(ModelsTest, ListNamesEveryNetworkAndTheWeightsThatAreThere) {
  const ProgramResult result = RunProgram({"models", "list"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("vgg19 "), HasSubstr("143667240"), HasSubstr("resnet152"),
                    HasSubstr("mobilenet_v2"), HasSubstr("models/efficientnet-lite0.safetensors")));
}

TEST(ModelsTest, InfoTellsInputAndLayers) {
  const ProgramResult result = RunProgram({"models", "info", "vgg16"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, AllOf(HasSubstr("224x224"), HasSubstr("123.675"), HasSubstr("conv5_3")));
}

TEST(ModelsTest, ImportedWeightsCheckAndGiveTheSameFileAgain) {
  const TemporaryFolder folder;
  const std::string once = folder / "once.safetensors", twice = folder / "twice.safetensors";
  for (const auto& [from, to] : {std::pair(kWeights, once), std::pair(once, twice)}) {
    const ProgramResult result =
        RunProgram({"models", "import", from, "--arch", "efficientnet-lite0", "-o", to});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(to));
  }
  EXPECT_EQ(TextOf(once), TextOf(twice));
  const ProgramResult check = RunProgram({"models", "check", once, "efficientnet-lite0"});
  EXPECT_EQ(check.status, 0);
  EXPECT_THAT(check.out, AllOf(StartsWith("ok "), HasSubstr(once)));
}

TEST(ModelsTest, APrefixOfAllNamesIsLeftOutAndSaid) {
  const TemporaryFolder folder;
  const SafetensorsFile weights = SafetensorsFile::Open(kWeights);
  StoredTensors wrapped;
  for (const auto& [name, tensor] : weights.tensors()) wrapped["_orig_mod.module." + name] = tensor;
  WriteSafetensors(folder / "wrapped.safetensors", wrapped, {});
  const auto import = [&](const std::string& from, const std::string& to) {
    const ProgramResult result =
        RunProgram({"models", "import", from, "--arch", "efficientnet-lite0", "-o", to});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  };
  const std::string plain = folder / "plain", stripped = folder / "stripped";
  EXPECT_EQ(Lines(import(kWeights, plain)).size(), 1u);
  EXPECT_THAT(import(folder / "wrapped.safetensors", stripped),
              HasSubstr("'_orig_mod.module.' in front of the names is left out"));
  EXPECT_EQ(TextOf(plain), TextOf(stripped));
}

TEST(ModelsTest, WhatCannotBeImportedIsOneLineAndLeavesNothing) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "bad.pth", "no weights");
  const fs::path output = folder / "out.safetensors";
  for (const std::string& source :
       {(folder / "bad.pth").string(), (folder / "none.pth").string(), kWeights}) {
    const ProgramResult result =
        RunProgram({"models", "import", source, "--arch", "vgg19", "-o", output.string()});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, AllOf(StartsWith("error: "), HasSubstr(source)));
    EXPECT_EQ(Lines(result.err).size(), 1u) << result.err;
    EXPECT_FALSE(fs::exists(output));
  }
}

TEST(ModelsTest, CheckSaysWhichFileFailed) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "bad.safetensors", std::string(100, 'x'));
  const std::string bad = folder / "bad.safetensors";
  const ProgramResult result = RunProgram({"models", "check", kWeights, bad});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("ok      " + kWeights), HasSubstr("failed  " + bad)));
}

// One number in the middle of the network does not show in the scores.
TEST(ModelsTest, DamagedNumbersAreFoundWhereverTheyAre) {
  const TemporaryFolder folder;
  const SafetensorsFile weights = SafetensorsFile::Open(kWeights);
  const std::string damaged = folder / "damaged.safetensors";
  const auto has_end = [](const std::string& end) {
    return [end](const auto& tensor) { return tensor.first.ends_with(end); };
  };
  for (const auto& [end, number, said] :
       {std::tuple("0.weight", std::nanf(""), "has numbers that are not finite"),
        std::tuple(".bias", HUGE_VALF, "has numbers that are not finite"),
        std::tuple(".running_var", -1.0F, "has variances below 0")}) {
    StoredTensors tensors = weights.tensors();
    const auto found = std::find_if(tensors.begin(), tensors.end(), has_end(end));
    ASSERT_NE(found, tensors.end()) << end;
    std::vector<std::byte> bytes(found->second.bytes.begin(), found->second.bytes.end());
    std::memcpy(bytes.data() + bytes.size() - sizeof number, &number, sizeof number);
    found->second.bytes = bytes;
    WriteSafetensors(damaged, tensors, weights.metadata());
    const ProgramResult check = RunProgram({"models", "check", damaged});
    EXPECT_EQ(check.status, 1) << end;
    EXPECT_EQ(check.out, "failed  " + damaged + ": the weights are damaged: " + found->first + " " +
                             said + "\n");
    const ProgramResult import = RunProgram({"models", "import", damaged, "--arch",
                                             "efficientnet-lite0", "-o", folder / "o.safetensors"});
    EXPECT_EQ(import.status, 1) << end;
    EXPECT_THAT(import.err, HasSubstr(found->first));
  }
}

TEST(ModelsTest, FilesOfTorchSaveSayHowTheyAreBroughtIn) {
  const TemporaryFolder folder;
  const std::string file = folder / "net.pth";
  for (const std::string& start : {std::string("PK\x03\x04"), std::string("\x80\x02\x8a\x0a")}) {
    WriteFileAtomically(file, start + std::string(1000, 'x'));
    const ProgramResult check = RunProgram({"models", "check", file});
    EXPECT_EQ(check.status, 1);
    EXPECT_THAT(check.out, HasSubstr("is a file of torch.save, expected safetensors: `gradcut "
                                     "models import`"));
  }
}

TEST(ModelsTest, InfoDescribesFilesToo) {
  const ProgramResult result = RunProgram({"models", "info", kWeights});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("efficientnet-lite0: "), HasSubstr(kWeights),
                                HasSubstr("block10"), HasSubstr("classes: 1000")));
}

TEST(ModelsTest, ClassesAreWhatClassTakes) {
  const auto lines = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"models", "classes"});
    const ProgramResult result = RunProgram(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return Lines(result.out);
  };
  EXPECT_EQ(lines({}).size(), 1020u);
  EXPECT_THAT(lines({"Cat"}), Contains("group  cat: 281-285"));
  EXPECT_THAT(lines({"egyptian_cat"}), ElementsAre("  285  n02124075  Egyptian cat"));
  EXPECT_THAT(lines({"n02124075"}), SizeIs(1));
  EXPECT_THAT(lines({"281-282"}), ElementsAre(HasSubstr(" tabby"), HasSubstr(" tiger cat")));
  EXPECT_THAT(lines({"bird"}), Contains("group  bird: 7-24 80-100 127-146"));
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "map.tsv", "pets\t151-268 281-285\n");
  EXPECT_THAT(lines({"pets", "--class-map", folder / "map.tsv"}),
              ElementsAre("group  pets: 151-268 281-285"));
  const ProgramResult nothing = RunProgram({"models", "classes", "hores"});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.err, HasSubstr("no class is named 'hores'; did you mean horse"));
}

TEST(ModelsTest, WrongUsageSaysWhatThereIs) {
  const auto complaint = [](const std::vector<std::string>& arguments) {
    const ProgramResult result = RunProgram(arguments);
    EXPECT_EQ(result.status, 2);
    return result.err;
  };
  EXPECT_THAT(complaint({"models"}), HasSubstr("list, info, classes, import, check"));
  EXPECT_THAT(complaint({"models", "info", "vgg12"}),
              AllOf(HasSubstr("'vgg12'"), HasSubstr("vgg11")));
  EXPECT_THAT(complaint({"models", "import", kWeights, "--arch", "x", "-o", "y"}),
              HasSubstr("unknown network 'x'"));
  EXPECT_THAT(
      complaint({"models", "import", kWeights, "--arch", "efficientnet-lite0", "-o", "x.txt"}),
      HasSubstr("x.txt: expected a name that ends in .safetensors"));
  EXPECT_THAT(complaint({"models", "import"}), HasSubstr("`gradcut models import --help`"));
  EXPECT_THAT(complaint({"mask", "a.png", "-o", "out", "--model", "vgg19.pth"}),
              HasSubstr("gradcut models import"));
}

}  // namespace
}  // namespace gradcut
