// `gradcut` starts without LibTorch; commands that run a network go on in
// lib/gradcut/gradcut-torch.
#include "gradcut/storage/file.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// A copy of the program without the one with LibTorch.
class TorchProgramTest : public ::testing::Test {
 protected:
  TorchProgramTest() { fs::copy(GRADCUT_PROGRAM, folder_ / "gradcut"); }

  ProgramResult Run(const std::vector<std::string>& arguments) {
    return RunProgram(arguments, {.program = folder_ / "gradcut", .folder = folder_.path()});
  }

  TemporaryFolder folder_;
};

TEST_F(TorchProgramTest, HelpDoesNotNeedIt) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"mask", "--help"}, {"tune", "--help"}, {"--version"}})
    EXPECT_EQ(Run(arguments).status, 0) << arguments.front();
}

TEST_F(TorchProgramTest, WrongFlagsAreRefusedWithoutIt) {
  EXPECT_EQ(Run({"mask", "a.png", "-o", "out", "--nonsense"}).status, 2);
}

TEST_F(TorchProgramTest, EvaluationDoesNotNeedIt) {
  for (const char* const name : {"predicted", "truth"}) {
    fs::create_directory(folder_ / name);
    fs::copy(fs::path(GRADCUT_TEST_DATA) / "metrics/truth/corner.png",
             folder_ / name / "corner.png");
  }
  const ProgramResult result = Run({"eval", "predicted", "truth"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("1.000"));
}

TEST_F(TorchProgramTest, RefiningDoesNotNeedIt) {
  SavePhoto(folder_ / "photos/a.png", 0);
  WriteFileAtomically(folder_ / "maps/a.png",
                      EncodePng(cv::Mat(3, 4, CV_8UC1, cv::Scalar::all(200))));
  const ProgramResult result = Run({"refine", "photos", "maps", "-o", "out"});
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(TorchProgramTest, IsNamedWhereItIsMissing) {
  SavePhoto(folder_ / "a.png", 0);
  const ProgramResult result = Run({"mask", "a.png", "-o", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err), SizeIs(1)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("lib/gradcut/gradcut-torch"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(TorchProgramTest, IsNamedWhereItIsDamaged) {
  WriteFileAtomically(folder_ / "lib/gradcut/gradcut-torch", "no program");
  const ProgramResult result = Run({"doctor"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("gradcut-torch"));
}

TEST_F(TorchProgramTest, IsFoundBesideAndAboveTheProgram) {
  const fs::path built = fs::path(GRADCUT_PROGRAM).parent_path() / "lib";
  fs::create_symlink(built, folder_ / "lib");
  EXPECT_EQ(Run({"models", "list"}).status, 0);
  fs::create_directory(folder_ / "bin");
  fs::rename(folder_ / "gradcut", folder_ / "bin/gradcut");
  EXPECT_EQ(RunProgram({"models", "list"}, {.program = folder_ / "bin/gradcut"}).status, 0);
}

}  // namespace
}  // namespace gradcut
