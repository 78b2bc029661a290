// What a user sees in a terminal, and what a pipe gets.
#include "support/terminal.h"

#include "support/photos.h"
#include "support/pipe.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <thread>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kCtrlC[] = "\x03";

// Four inputs: a photo, a text, a photo in a pipe that the test holds open, a photo.
class TerminalTest : public ::testing::Test {
 protected:
  TerminalTest() {
    for (const int i : {0, 2, 3}) SavePhoto(Input(i), i);
    WriteFileAtomically(Input(1), "no photo");
    photo_ = TextOf(Input(2));
    fs::remove(Input(2));
    EXPECT_EQ(::mkfifo(Input(2).c_str(), 0600), 0);
  }

  fs::path Input(int i) const { return folder_ / (std::to_string(i) + ".png"); }
  void FeedPipe() const { PipeToProgram(Input(2)).Feed(photo_); }
  ProgramOptions Options() const { return {.folder = folder_.path()}; }

  static inline const std::vector<std::string> kCommand = {
      "mask", "0.png", "1.png", "2.png", "3.png", "-o", "out", "--jobs", "1"};
  TemporaryFolder folder_;
  std::string photo_;
};

TEST_F(TerminalTest, BarIsOverprintedAndASummaryCloses) {
  Terminal terminal(kCommand, Options());
  ASSERT_TRUE(terminal.WaitFor("1.png: is not an image but text"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));  // Longer than the bar waits.
  FeedPipe();
  const ProgramResult result = terminal.Wait();
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("\033[31merror: \033[0m1.png"));
  EXPECT_THAT(result.out, HasSubstr("\r[=======")) << result.out;
  EXPECT_THAT(result.out,
              ::testing::ContainsRegex("3/4 images, [0-9.]+ images/s, [0-9]+ s left, 1 failed"));
  EXPECT_THAT(result.out, HasSubstr("\r\033[K3 done, 0 skipped, 1 failed in "));
  EXPECT_THAT(result.out, HasSubstr("results are in out"));
  EXPECT_THAT(result.out, HasSubstr("why they failed: out/manifest.jsonl"));
  EXPECT_THAT(result.out, HasSubstr("to look at them: gradcut report out"));
}

TEST_F(TerminalTest, BarFitsANarrowTerminal) {
  Terminal terminal(kCommand, Options(), /*columns=*/40);
  ASSERT_TRUE(terminal.WaitFor("is not an image"));
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  FeedPipe();
  const std::string seen = terminal.Wait().out;
  const std::size_t bar = seen.find("\r[");
  ASSERT_NE(bar, std::string::npos);
  EXPECT_EQ(seen.find("\033[K", bar) - bar - 1, 39u);
}

TEST_F(TerminalTest, ColoursCanBeRefused) {
  ProgramOptions options = Options();
  options.environment = {{"NO_COLOR", "1"}};
  Terminal terminal(kCommand, options);
  ASSERT_TRUE(terminal.WaitFor("error: 1.png"));
  FeedPipe();
  EXPECT_THAT(terminal.Wait().out, Not(HasSubstr("\033[3")));
}

TEST_F(TerminalTest, CtrlCOnceEndsCleanlyAndSaysHowToGoOn) {
  Terminal terminal(kCommand, Options());
  ASSERT_TRUE(terminal.WaitFor("is not an image"));
  PipeToProgram pipe(Input(2));
  terminal.Type(kCtrlC);
  ASSERT_TRUE(terminal.WaitFor("stopping when the images at work are done; Ctrl-C again"));
  pipe.Feed(photo_);
  const ProgramResult result = terminal.Wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.out, HasSubstr("interrupted: 2 done, 0 skipped, 1 failed"));
  EXPECT_THAT(result.out, HasSubstr("run the same command again to go on"));
}

TEST_F(TerminalTest, CtrlCTwiceEndsAtOnce) {
  Terminal terminal(kCommand, Options());
  ASSERT_TRUE(terminal.WaitFor("is not an image"));
  const PipeToProgram pipe(Input(2));
  terminal.Type(kCtrlC);
  ASSERT_TRUE(terminal.WaitFor("stopping"));
  terminal.Type(kCtrlC);
  EXPECT_EQ(terminal.Wait().status, 128 + SIGINT);
}

TEST_F(TerminalTest, PipeGetsPlainLines) {
  fs::remove(Input(2));
  WriteFileAtomically(Input(2), photo_);
  const ProgramResult result = RunProgram(kCommand, Options());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  for (const char* const control : {"\r", "\033"}) EXPECT_THAT(result.err, Not(HasSubstr(control)));
  EXPECT_THAT(result.err, HasSubstr("error: 1.png: is not an image but text\n"));
  EXPECT_THAT(result.err, HasSubstr("3 done, 0 skipped, 1 failed"));
}

}  // namespace
}  // namespace gradcut
