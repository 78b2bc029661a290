// Masks of photos as they arrive.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using namespace std::chrono_literals;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() { fs::create_directory(folder_ / "in"); }

  // Whether it holds within a minute.
  static bool Eventually(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!holds() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(20ms);
    return holds();
  }
  bool Appears(const std::string& output) const {
    return Eventually([&] { return fs::exists(folder_ / "out" / output); });
  }
  static ProgramResult Stop(Program& program) {
    program.Send(SIGINT);
    return program.Wait();
  }

  TemporaryFolder folder_;
};

TEST_F(WatchTest, TakesWhatIsThereAndWhatArrives) {
  SavePhoto(folder_ / "in/first.png", 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  EXPECT_TRUE(Appears("first.png"));
  SavePhoto(folder_ / "in/second.jpg", 1);
  EXPECT_TRUE(Appears("second.png"));
  SavePhoto(folder_ / "in/new/deep/third.png", 2);
  EXPECT_TRUE(Appears("new/deep/third.png"));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("waiting for images in in, with efficientnet-lite0 on cpu"));
  EXPECT_THAT(result.err, HasSubstr("in/second.jpg: made out/second.png"));
  EXPECT_THAT(result.err, HasSubstr("3 done, 0 skipped, 0 failed"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok", "ok"));
  EXPECT_EQ(RunJson(folder_ / "out").at("finished"), true);
  // An ordinary run has nothing left to do, and would have made the same.
  ASSERT_EQ(RunProgram({"mask", "in", "-o", "out"}, {.folder = folder_.path()}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"),
              ElementsAre("skipped", "skipped", "skipped"));
  ASSERT_EQ(RunProgram({"mask", "in", "-o", "whole"}, {.folder = folder_.path()}).status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == Results(folder_ / "whole"));
}

TEST_F(WatchTest, WhatIsDoneAlreadyIsInTheManifestWhileItWaits) {
  SavePhoto(folder_ / "in/a.png", 0);
  ASSERT_EQ(RunProgram({"mask", "in", "-o", "out"}, {.folder = folder_.path()}).status, 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  EXPECT_TRUE(Eventually([&] {
    const fs::path manifest = folder_ / "out/manifest.jsonl.partial";
    return fs::exists(manifest) && TextOf(manifest).find("skipped") != std::string::npos;
  }));
  EXPECT_EQ(Stop(program).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped"));
}

// A copy that pauses longer than the program waits, and one that goes on in small steps.
TEST_F(WatchTest, HalfWrittenFilesAreTakenWhenTheyAreWhole) {
  SavePhoto(folder_ / "whole.png", 0);
  const std::string bytes = TextOf(folder_ / "whole.png");
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  std::ofstream slow(folder_ / "in/slow.png", std::ios::binary);
  slow << bytes.substr(0, bytes.size() / 2) << std::flush;
  EXPECT_TRUE(Eventually([&] {
    const fs::path manifest = folder_ / "out/manifest.jsonl.partial";
    return fs::exists(manifest) && TextOf(manifest).find("truncated") != std::string::npos;
  }));
  slow << bytes.substr(bytes.size() / 2) << std::flush;
  EXPECT_TRUE(Appears("slow.png"));
  std::ofstream steps(folder_ / "in/steps.png", std::ios::binary);
  for (std::size_t i = 0; i < 6; ++i) {
    steps << bytes.substr(i * (bytes.size() / 5), bytes.size() / 5) << std::flush;
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_TRUE(Appears("steps.png"));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err.find("steps.png: is truncated"), std::string::npos);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"), ElementsAre("in/slow.png", "in/steps.png"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok"));
}

TEST_F(WatchTest, WhatCannotBeMaskedIsSaidOnceAndTheRestGoesOn) {
  SavePhoto(folder_ / "in/a.png", 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  EXPECT_TRUE(Appears("a.png"));
  WriteFileAtomically(folder_ / "in/text.jpg", "no photo");
  SavePhoto(folder_ / "in/a.jpg", 1);  // Its mask would be that of a.png.
  SavePhoto(folder_ / "in/b.png", 2);
  EXPECT_TRUE(Appears("b.png"));
  SavePhoto(folder_ / "in/c.png", 3);
  EXPECT_TRUE(Appears("c.png"));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 1);
  for (const char* const line :
       {"error: in/text.jpg: is not an image but text", "error: in/a.png and in/a.jpg would"}) {
    EXPECT_THAT(result.err, HasSubstr(line));
    EXPECT_EQ(result.err.find(line), result.err.rfind(line));
  }
  EXPECT_THAT(result.err, HasSubstr("3 done, 0 skipped, 2 failed"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"),
              IsSupersetOf({"in/a.png", "in/text.jpg", "in/a.jpg", "in/b.png", "in/c.png"}));
}

TEST_F(WatchTest, AReplacedPhotoIsMaskedAgain) {
  SavePhoto(folder_ / "in/a.png", 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  ASSERT_TRUE(Appears("a.png"));
  const std::string first = TextOf(folder_ / "out/a.png");
  SavePhoto(folder_ / "in/a.png", 5);
  EXPECT_TRUE(Eventually(
      [&] { return fs::exists(folder_ / "out/a.png") && TextOf(folder_ / "out/a.png") != first; }));
  WriteFileAtomically(folder_ / "in/a.png", "no photo");
  EXPECT_TRUE(Eventually([&] { return !fs::exists(folder_ / "out/a.png"); }));
  SavePhoto(folder_ / "in/a.png", 0);
  EXPECT_TRUE(Appears("a.png"));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 done, 0 skipped, 0 failed"));
  EXPECT_TRUE(TextOf(folder_ / "out/a.png") == first);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok"));
}

TEST_F(WatchTest, ARenamedPhotoHasThePlaceOfWhatItWas) {
  SavePhoto(folder_ / "in/a.jpg", 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  ASSERT_TRUE(Appears("a.png"));
  fs::rename(folder_ / "in/a.jpg", folder_ / "in/a.jpeg");
  EXPECT_TRUE(Eventually([&] {
    return TextOf(folder_ / "out/manifest.jsonl.partial").find("a.jpeg") != std::string::npos;
  }));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 0) << result.err;
}

TEST_F(WatchTest, AFolderMayBeGoneForAWhile) {
  SavePhoto(folder_ / "in/a.png", 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  ASSERT_TRUE(Appears("a.png"));
  fs::rename(folder_ / "in", folder_ / "gone");
  SavePhoto(folder_ / "gone/b.png", 1);  // It is looked for now.
  std::this_thread::sleep_for(500ms);
  fs::rename(folder_ / "gone", folder_ / "in");
  EXPECT_TRUE(Appears("b.png"));
  const ProgramResult result = Stop(program);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "ok"));
}

TEST_F(WatchTest, FoldersOfResultsAreNamedOnceAndLeftOut) {
  SavePhoto(folder_ / "in/a.png", 0);
  ASSERT_EQ(RunProgram({"mask", "in", "-o", "in/masks"}, {.folder = folder_.path()}).status, 0);
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  ASSERT_TRUE(Appears("a.png"));
  SavePhoto(folder_ / "in/b.png", 1);
  EXPECT_TRUE(Appears("b.png"));
  const std::string err = Stop(program).err, said = "in/masks is left out";
  EXPECT_THAT(err, HasSubstr(said));
  EXPECT_EQ(err.find(said), err.rfind(said));
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("a.png", "b.png"));
}

TEST_F(WatchTest, StopsAtOnceWhenThereIsNothingToDo) {
  Program program({"mask", "--watch", "in", "-o", "out"}, {.folder = folder_.path()});
  EXPECT_TRUE(Appears("run.json"));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Stop(program).status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST_F(WatchTest, NeedsFoldersAndNothingThatContradictsIt) {
  SavePhoto(folder_ / "a.png", 0);
  for (const std::vector<std::string>& extra : {std::vector<std::string>{"a.png"},
                                                {"in", "--shard", "0/2"},
                                                {"in", "--existing", "overwrite"}}) {
    std::vector<std::string> arguments = {"mask", "--watch", "-o", "out"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const ProgramResult result = RunProgram(arguments, {.folder = folder_.path()});
    EXPECT_EQ(result.status, 2) << extra.back();
    EXPECT_THAT(result.err, HasSubstr("--watch"));
  }
}

}  // namespace
}  // namespace gradcut
