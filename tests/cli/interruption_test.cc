// Runs that are stopped, killed, or meet in one folder.
#include "support/photos.h"
#include "support/pipe.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Arguments = std::vector<std::string>;

// Three photos, of which the second one lies in a pipe: the program waits there until the test
// lets it go on.
class InterruptionTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryFolder>();
    for (const int i : {0, 1, 2}) SavePhoto(*made_ / "in" / (std::to_string(i) + ".png"), i);
    const ProgramResult result = RunProgram(Command("whole"), {.folder = made_->path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  static void TearDownTestSuite() { made_.reset(); }

  InterruptionTest() {
    fs::copy(made_->path(), folder_.path(), fs::copy_options::recursive);
    photo_ = TextOf(Input(1));
    fs::remove(Input(1));
    EXPECT_EQ(::mkfifo(Input(1).c_str(), 0600), 0);
  }

  fs::path Input(int i) const { return folder_ / "in" / (std::to_string(i) + ".png"); }
  // Files named one by one, since pipes are not looked for in folders.
  static Arguments Command(const std::string& output) {
    return {"mask", "in/0.png", "in/1.png", "in/2.png", "-o", output, "--jobs", "1"};
  }
  void WaitForFirstEntry() const {
    const fs::path manifest = folder_ / "out/manifest.jsonl.partial";
    ASSERT_TRUE(WaitUntil([&] { return fs::exists(manifest) && !fs::is_empty(manifest); }));
  }
  void ReplacePipe() const {
    fs::remove(Input(1));
    WriteFileAtomically(Input(1), photo_);
  }
  void ExpectSameAsWhole() const {
    EXPECT_TRUE(Results(folder_ / "out") == Results(folder_ / "whole"));
    const std::vector<nlohmann::json> whole = Manifest(folder_ / "whole");
    const std::vector<nlohmann::json> out = Manifest(folder_ / "out");
    ASSERT_EQ(out.size(), whole.size());
    for (std::size_t i = 0; i < out.size(); ++i)
      for (const char* const field : {"path", "output", "classes", "area", "confidence"})
        EXPECT_EQ(out[i].at(field), whole[i].at(field));
  }

  static inline std::unique_ptr<TemporaryFolder> made_;  // Copied for each test.
  TemporaryFolder folder_;
  const ProgramOptions options_ = {.folder = folder_.path()};
  std::string photo_;
};

TEST_F(InterruptionTest, KilledRunGoesOnWhereItStopped) {
  {
    const Program program(Command("out"), options_);
    WaitForFirstEntry();
  }  // SIGKILL
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "manifest.jsonl.partial"));
  EXPECT_EQ(RunJson(folder_ / "out").at("finished"), false);
  ReplacePipe();
  ASSERT_EQ(RunProgram(Command("out"), options_).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "ok", "ok"));
  ExpectSameAsWhole();
}

TEST_F(InterruptionTest, WhatAKillLeavesOfAWriteIsRemovedByTheRunThatGoesOn) {
  const fs::path left = folder_ / "out/sub/.gradcut-0123456789abcdef.tmp";
  const fs::path not_ours = folder_ / "out/sub/.gradcut-notes.tmp";
  {
    const Program program(Command("out"), options_);
    WaitForFirstEntry();
  }  // SIGKILL
  for (const fs::path& file : {left, not_ours}) WriteFileAtomically(file, "x");
  ReplacePipe();
  ASSERT_EQ(RunProgram(Command("out"), options_).status, 0);
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(not_ours));
}

TEST_F(InterruptionTest, InterruptedRunFinishesItsImageAndCanGoOn) {
  Program program(Command("out"), options_);
  WaitForFirstEntry();
  PipeToProgram pipe(Input(1));
  program.Send(SIGINT);
  pipe.Feed(photo_);
  const ProgramResult result = program.Wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted: 2 done"));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "1.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok"));
  EXPECT_EQ(RunJson(folder_ / "out").at("finished"), false);
  ReplacePipe();
  ASSERT_EQ(RunProgram(Command("out"), options_).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "skipped", "ok"));
  ExpectSameAsWhole();
}

TEST_F(InterruptionTest, InterruptedOverwriteKeepsTheManifestOfTheRest) {
  fs::copy(folder_ / "whole", folder_ / "out", fs::copy_options::recursive);
  Arguments arguments = Command("out");
  arguments.insert(arguments.end(), {"--existing", "overwrite"});
  Program program(arguments, options_);
  WaitForFirstEntry();
  PipeToProgram pipe(Input(1));
  program.Send(SIGTERM);
  pipe.Feed(photo_);
  EXPECT_EQ(program.Wait().status, 130);
  ExpectSameAsWhole();
}

TEST_F(InterruptionTest, SecondSignalEndsAtOnce) {
  Program program(Command("out"), options_);
  WaitForFirstEntry();
  const PipeToProgram pipe(Input(1));
  program.Send(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // Or the two become one.
  program.Send(SIGINT);
  EXPECT_EQ(program.Wait().status, 128 + SIGINT);
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "manifest.jsonl.partial"));
}

TEST_F(InterruptionTest, TwoRunsNeverShareAFolder) {
  Program program(Command("out"), options_);
  WaitForFirstEntry();
  for (const char* const existing : {"skip", "overwrite"}) {
    Arguments arguments = Command("out");
    arguments.insert(arguments.end(), {"--existing", existing, "--seed", "1"});
    const ProgramResult second = RunProgram(arguments, options_);
    EXPECT_EQ(second.status, 1);
    EXPECT_THAT(second.err, HasSubstr("another gradcut is writing here"));
  }
  PipeToProgram(Input(1)).Feed(photo_);
  EXPECT_EQ(program.Wait().status, 0);
  ExpectSameAsWhole();
}

}  // namespace
}  // namespace gradcut
