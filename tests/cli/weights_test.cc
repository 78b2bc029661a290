// Weights that are missing, damaged or of another network: one line, before anything is written.
#include "gradcut/tensor/safetensors.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/sparse_file.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const fs::path kModels = fs::path(GRADCUT_BUILD_ROOT) / "models";

class WeightsTest : public ::testing::Test {
 protected:
  WeightsTest() { SavePhoto(folder_ / "a.png", 0); }

  void ExpectRefused(const std::string& model, const std::vector<std::string>& said,
                     ProgramOptions options = {}) {
    options.folder = folder_.path();
    const ProgramResult result =
        RunProgram({"mask", "a.png", "-o", "out", "--model", model}, options);
    EXPECT_EQ(result.status, 1);
    ASSERT_EQ(Lines(result.err).size(), 1u) << result.err;
    EXPECT_THAT(result.err, StartsWith("error: "));
    for (const std::string& part : said) EXPECT_THAT(result.err, HasSubstr(part));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }

  // Weights are looked for beside the program too: a copy runs where there are none.
  void CopyProgram() {
    const fs::path program = GRADCUT_PROGRAM;
    const fs::path with_torch = "lib/gradcut/gradcut-torch";
    fs::copy(program, folder_ / "gradcut");
    fs::create_directories((folder_ / with_torch).parent_path());
    fs::copy(program.parent_path() / with_torch, folder_ / with_torch);
  }

  TemporaryFolder folder_;
};

TEST_F(WeightsTest, MissingOnesAreAskedForWithTheRemedy) {
  CopyProgram();
  ExpectRefused("efficientnet-lite0",
                {"efficientnet-lite0.safetensors", folder_.path().string(), "data/import_models.sh",
                 "GRADCUT_MODELS"},
                {.program = folder_ / "gradcut",
                 .environment = {{"GRADCUT_MODELS", folder_.path().string()}}});
  const ProgramResult doctor = RunProgram({"doctor"}, {.program = folder_ / "gradcut"});
  EXPECT_EQ(doctor.status, 1);
  EXPECT_THAT(doctor.out, HasSubstr("data/import_models.sh"));
}

TEST_F(WeightsTest, FolderOfWeightsIsFoundByTheEnvironment) {
  CopyProgram();
  const ProgramResult result = RunProgram({"mask", "a.png", "-o", "out"},
                                          {.program = folder_ / "gradcut",
                                           .folder = folder_.path(),
                                           .environment = {{"GRADCUT_MODELS", kModels.string()}}});
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(WeightsTest, MissingFileIsNamed) { ExpectRefused("none.safetensors", {"none.safetensors"}); }

TEST_F(WeightsTest, DamagedFilesAreNamed) {
  const std::string whole = TextOf(kModels / "efficientnet-lite0.safetensors");
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{6}, std::size_t{1000}, whole.size() / 2, whole.size() - 1}) {
    WriteFileAtomically(folder_ / "cut.safetensors", std::string_view(whole).substr(0, size));
    ExpectRefused("cut.safetensors", {"cut.safetensors"});
  }
  WriteFileAtomically(folder_ / "text.safetensors", "these are no weights at all");
  ExpectRefused("text.safetensors", {"text.safetensors"});
}

// Sizes that would wrap round to those expected: one line, and nothing is written past the end.
TEST_F(WeightsTest, SparseFilesOfGiantTensorsAreRefused) {
  const std::string weights = SparseTensor("weights", "[4294967520]", 0, kWrapsTo224);
  const std::string matrix = SparseTensor("weights", "[1,4294967520]", 0, kWrapsTo224);
  const std::string bias = ',' + SparseTensor("bias", "[1]", 4 * kWrapsTo224, 1) + '}';
  const auto write = [&](const char* name, const std::string& metadata, const std::string& rest) {
    WriteSparseSafetensors(folder_ / name, R"({"__metadata__":{)" + metadata + "}," + rest + bias,
                           4 * kWrapsTo224 + 4);
  };
  write("objectness", R"("format":"gradcut-objectness-1")", weights);
  write("head", R"("format":"gradcut-head-1","size":"320","classes":"[\"a\"]")", matrix);
  write("model.safetensors", R"("arch":"efficientnet-lite0")", weights);
  for (const auto& [flag, file] :
       {std::pair("--objectness", "objectness"), std::pair("--head", "head"),
        std::pair("--model", "model.safetensors")}) {
    const ProgramResult result =
        RunProgram({"mask", "a.png", "-o", "out", flag, file}, {.folder = folder_.path()});
    EXPECT_EQ(result.status, 1) << flag;
    ASSERT_EQ(Lines(result.err).size(), 1u) << result.err;
    EXPECT_THAT(result.err, StartsWith(std::string("error: ") + file + ": "));
  }
}

TEST_F(WeightsTest, WeightsOfAnotherNetworkAreRefused) {
  std::string bytes = TextOf(kModels / "efficientnet-lite1.safetensors");
  const std::string name = "efficientnet-lite1";
  const std::size_t at = bytes.find(name);
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, name.size(), "efficientnet-lite2");
  WriteFileAtomically(folder_ / "other.safetensors", bytes);
  ExpectRefused("other.safetensors", {"other.safetensors", "do not fit the network"});
  bytes.replace(at, name.size(), "efficientnet-lite9");
  WriteFileAtomically(folder_ / "other.safetensors", bytes);
  ExpectRefused("other.safetensors", {"other.safetensors", "efficientnet-lite9"});
}

}  // namespace
}  // namespace gradcut
