// gradcut adapt through the program: a head from photos, and masks with it.
#include "gradcut/dataset/mask_io.h"
#include "support/photos.h"
#include "support/pipe.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"
#include "support/wait_until.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;

const fs::path kPhotos = fs::path(GRADCUT_BUILD_ROOT) / "photos";

// The sample photos, half as large, and a head learned from them in two rounds.
class AdaptTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryFolder>();
    int number = 0;
    for (const char* const name : {"chelsea.png", "coffee.png", "rocket.jpg"}) {
      cv::Mat half;
      cv::resize(ReadImage(kPhotos / name), half, {}, 0.5, 0.5, cv::INTER_AREA);
      WriteFileAtomically(*made_ / "in" / (std::to_string(number++) + ".png"), EncodePng(half));
    }
    const ProgramResult result =
        RunProgram(Command("whole", {"--jobs", "2"}), {.folder = made_->path()});
    ASSERT_EQ(result.status, 0) << result.err;
    ASSERT_THAT(result.err, HasSubstr("round 2: 3 masks"));
  }
  static void TearDownTestSuite() { made_.reset(); }

  AdaptTest() { fs::copy(made_->path(), folder_.path(), fs::copy_options::recursive); }

  fs::path Input(int i) const { return folder_ / "in" / (std::to_string(i) + ".png"); }
  // Files named one by one, since pipes are not looked for in folders.
  static Arguments Command(const std::string& head, const Arguments& more = {}) {
    Arguments arguments = {"adapt",    "in/0.png", "in/1.png", "in/2.png",
                           "--rounds", "2",        "-o",       head + ".safetensors"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  ProgramResult Gradcut(const Arguments& arguments) const {
    return RunProgram(arguments, options_);
  }
  std::string Head(const std::string& name) const {
    return TextOf(folder_ / (name + ".safetensors"));
  }
  void ExpectUsageError(const Arguments& arguments, const std::string& said) const {
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr(said));
  }
  // A run on one thread that waits at the second photo, which lies in a pipe, after the first one.
  std::unique_ptr<Program> StartAndWait() {
    photo_ = TextOf(Input(1));
    fs::remove(Input(1));
    EXPECT_EQ(::mkfifo(Input(1).c_str(), 0600), 0);
    auto program = std::make_unique<Program>(Command("out", {"--jobs", "1"}), options_);
    const fs::path first = folder_ / "out.safetensors.work/0.round1.safetensors";
    EXPECT_TRUE(WaitUntil([&] { return fs::exists(first); }));
    return program;
  }
  void ReplacePipe() const {
    fs::remove(Input(1));
    WriteFileAtomically(Input(1), photo_);
  }
  // With the photo a file again, the same command ends in the same head.
  void ExpectItGoesOn() const {
    ReplacePipe();
    EXPECT_FALSE(fs::exists(folder_ / "out.safetensors"));
    const ProgramResult result = Gradcut(Command("out"));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_TRUE(Head("out") == Head("whole"));
    EXPECT_FALSE(fs::exists(folder_ / "out.safetensors.work"));
  }

  static inline std::unique_ptr<TemporaryFolder> made_;  // Copied for each test.
  TemporaryFolder folder_;
  const ProgramOptions options_ = {.folder = folder_.path()};
  std::string photo_;
};

TEST_F(AdaptTest, SameBytesWhateverTheJobs) {
  ASSERT_EQ(Gradcut(Command("one", {"--jobs", "1"})).status, 0);
  EXPECT_TRUE(Head("one") == Head("whole"));
  EXPECT_FALSE(fs::exists(folder_ / "one.safetensors.work"));
}

TEST_F(AdaptTest, NothingElseThanSuchAHeadIsReplaced) {
  WriteFileAtomically(folder_ / "other.safetensors", "somebody's");
  ExpectUsageError(Command("other"), "other.safetensors: is there already and is not a head of");
  EXPECT_EQ(Head("other"), "somebody's");
  WriteFileAtomically(folder_ / "recipe.toml", "objectness = \"whole.safetensors\"\n");
  ExpectUsageError(Command("whole", {"--config", "recipe.toml"}),
                   "whole.safetensors: is read too and would be overwritten");
  fs::create_directories(folder_ / "models/objectness");
  fs::copy(folder_ / "whole.safetensors", folder_ / "models/objectness/other.safetensors");
  ProgramOptions options = options_;
  options.environment = {{"GRADCUT_MODELS", folder_ / "models"}};
  const ProgramResult result = RunProgram(Command("models/objectness/other"), options);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("is the head that comes with a classifier"));
}

TEST_F(AdaptTest, HeadChangesTheMasksOfItsPreset) {
  const auto mask = [&](const std::string& output, const std::string& head) {
    const ProgramResult result =
        Gradcut({"mask", "in", "-o", output, "--preset", "fast", "--objectness", head});
    EXPECT_EQ(result.status, 0) << result.err;
    return Results(folder_ / output);
  };
  const auto with = mask("with", "whole.safetensors"), without = mask("without", "none");
  EXPECT_EQ(with.size(), 3U);
  EXPECT_FALSE(with == without);
  EXPECT_TRUE(RunJson(folder_ / "with").at("made_by").contains("objectness_sha256"));
  EXPECT_EQ(RunJson(folder_ / "without").at("recipe").at("objectness"), "none");
  // What a run wrote down makes the same masks again.
  const ProgramResult again = Gradcut({"mask", "in", "-o", "again", "--config", "with/run.json"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_TRUE(Results(folder_ / "again") == with);
}

TEST_F(AdaptTest, InterruptedRunGoesOn) {
  const std::unique_ptr<Program> program = StartAndWait();
  PipeToProgram pipe(Input(1));
  program->Send(SIGINT);
  pipe.Feed(photo_);
  const ProgramResult result = program->Wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, HasSubstr("run the same command again to go on"));
  EXPECT_TRUE(fs::exists(folder_ / "out.safetensors.work/1.round1.safetensors"));
  EXPECT_FALSE(fs::exists(folder_ / "out.safetensors.work/2.round1.safetensors"));
  ExpectItGoesOn();
}

TEST_F(AdaptTest, TwoRunsDoNotWorkInOneFolder) {
  const std::unique_ptr<Program> program = StartAndWait();
  const ProgramResult second = Gradcut(Command("out"));
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.err, HasSubstr("out.safetensors.work: another gradcut is working here"));
  PipeToProgram pipe(Input(1));
  program->Send(SIGINT);
  pipe.Feed(photo_);
  EXPECT_EQ(program->Wait().status, 130);
  ExpectItGoesOn();
}

TEST_F(AdaptTest, HeadThatWouldCountForNothingIsRefused) {
  ExpectUsageError(
      {"mask", "in", "-o", "out", "--preset", "classic", "--objectness", "whole.safetensors"},
      "--objectness whole.safetensors: has no weight in this recipe; take --preset fast or best");
}

TEST_F(AdaptTest, MasksOfARunTeachInsteadOfOwnOnes) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "masks", "--objectness", "none"}).status, 0);
  const auto learn = [&](const std::string& head, const Arguments& more) {
    Arguments arguments = {"adapt", "in", "-o", head + ".safetensors", "--rounds", "1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    return Head(head);
  };
  // The same masks and confidences as its own.
  const std::string own = learn("own", {"--objectness", "none"});
  EXPECT_TRUE(learn("given", {"--masks", "masks"}) == own);
  // Other masks: what was background is object.
  for (int i = 0; i < 3; ++i) {
    const fs::path file = folder_ / "masks" / (std::to_string(i) + ".png");
    WriteFileAtomically(file, EncodePng(cv::Mat(~ReadMask(file).labels)));
  }
  EXPECT_FALSE(learn("other", {"--masks", "masks"}) == own);
}

// As `gradcut edit` leaves it.
TEST_F(AdaptTest, MasksThatAPersonRejectsAreLeftOutAndCorrectedOnesCounted) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "masks"}).status, 0);
  std::vector<nlohmann::json> entries = Manifest(folder_ / "masks");
  entries[0]["edited"] = true;
  entries[1]["review"] = "rejected";
  entries[2]["review"] = "accepted";
  std::string lines;
  for (const nlohmann::json& entry : entries) lines += entry.dump() + "\n";
  WriteFileAtomically(folder_ / "masks/manifest.jsonl", lines);
  const ProgramResult result =
      Gradcut({"adapt", "in", "-o", "out.safetensors", "--masks", "masks"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 rejected masks are left out"));
  EXPECT_THAT(result.err, HasSubstr(std::to_string(entries.size() - 1) + " masks (2 corrected)"));
  EXPECT_THAT(TextOf(folder_ / "out.safetensors"), HasSubstr(R"("corrected_masks":"2")"));
}

TEST_F(AdaptTest, APhotoWithoutAMaskIsOneLine) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "masks"}).status, 0);
  fs::remove(folder_ / "masks/1.png");
  const ProgramResult result =
      Gradcut({"adapt", "in", "-o", "out.safetensors", "--masks", "masks"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("in/1.png: has no mask in masks"));
  EXPECT_TRUE(fs::exists(folder_ / "out.safetensors"));
  EXPECT_EQ(Gradcut({"adapt", "in", "-o", "no.safetensors", "--masks", "nowhere"}).status, 1);
}

TEST_F(AdaptTest, OptionsOfLearningArePartOfTheWork) {
  StartAndWait().reset();
  ReplacePipe();
  const ProgramResult other = Gradcut(Command("out", {"--learn.epochs", "2"}));
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.err, HasSubstr("left by a run with other photos or options"));
  ExpectUsageError(Command("new", {"--learn.epochs", "0"}), "--learn.epochs");
}

TEST_F(AdaptTest, KilledRunGoesOn) {
  StartAndWait().reset();  // SIGKILL
  EXPECT_TRUE(fs::exists(folder_ / "out.safetensors.work/0.round1.safetensors"));
  ExpectItGoesOn();
}

TEST_F(AdaptTest, WhatIsDoneIsNotDoneAgain) {
  StartAndWait().reset();
  ReplacePipe();
  const auto time = fs::last_write_time(Input(0));
  WriteFileAtomically(Input(0), std::string(fs::file_size(Input(0)), '.'));  // No photo any more.
  fs::last_write_time(Input(0), time);
  // Its first round is kept; in the second one it would have to be read.
  const ProgramResult result = Gradcut(Command("out"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("round 1: 3 masks"));
  EXPECT_THAT(result.err, HasSubstr("round 2: 2 masks"));
}

TEST_F(AdaptTest, AReplacedPhotoIsCutAnewAndSoIsWhatCameOfIt) {
  for (const char* const kept : {"0.round2.safetensors", "1.round2.safetensors"}) {
    StartAndWait().reset();
    ReplacePipe();
    fs::copy_file(folder_ / "out.safetensors.work/0.round1.safetensors",
                  folder_ / "out.safetensors.work" / kept);  // As if it had come further.
    fs::copy_file(Input(2), Input(0), fs::copy_options::overwrite_existing);
    ASSERT_EQ(Gradcut(Command("fresh")).status, 0);
    ASSERT_EQ(Gradcut(Command("out")).status, 0);
    EXPECT_TRUE(Head("out") == Head("fresh")) << kept;
    EXPECT_FALSE(Head("out") == Head("whole"));
    fs::copy_file(made_->path() / "in/0.png", Input(0), fs::copy_options::overwrite_existing);
    fs::remove(folder_ / "out.safetensors");
  }
}

TEST_F(AdaptTest, AFolderOfSomebodyElseIsLeftAlone) {
  WriteFileAtomically(folder_ / "out.safetensors.work/mine.txt", std::string("mine"));
  const ProgramResult result = Gradcut(Command("out"));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
  EXPECT_THAT(result.err, HasSubstr("out.safetensors.work: is needed for files of gradcut adapt"));
  EXPECT_THAT(result.err, HasSubstr("move it away, or name another -o"));
  EXPECT_EQ(ResultNames(folder_ / "out.safetensors.work"), std::vector<std::string>{"mine.txt"});
}

TEST_F(AdaptTest, WhatOthersPutIntoTheWorkFolderStays) {
  StartAndWait().reset();
  ReplacePipe();
  WriteFileAtomically(folder_ / "out.safetensors.work/mine.txt", std::string("mine"));
  EXPECT_EQ(Gradcut(Command("out")).status, 0);
  EXPECT_EQ(ResultNames(folder_ / "out.safetensors.work"), std::vector<std::string>{"mine.txt"});
}

TEST_F(AdaptTest, BadPhotoIsOneLineAndTheOthersTeach) {
  WriteFileAtomically(Input(1), std::string("no photo"));
  const ProgramResult result = Gradcut(Command("out"));
  EXPECT_EQ(result.status, 1);
  int complaints = 0;
  for (const std::string& line : Lines(result.err)) complaints += line.starts_with("error: ");
  EXPECT_EQ(complaints, 1) << result.err;
  EXPECT_THAT(result.err, HasSubstr("in/1.png"));
  ASSERT_EQ(
      Gradcut({"adapt", "in/0.png", "in/2.png", "--rounds", "2", "-o", "two.safetensors"}).status,
      0);
  EXPECT_TRUE(Head("out") == Head("two"));
}

TEST_F(AdaptTest, NothingToLearnFromIsAnError) {
  WriteFileAtomically(folder_ / "bad.png", std::string("no photo"));
  const ProgramResult result = Gradcut({"adapt", "bad.png", "-o", "out.safetensors"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("no photo could be cut"));
  EXPECT_FALSE(fs::exists(folder_ / "out.safetensors"));
}

TEST_F(AdaptTest, RecipesWithoutObjectnessAreUsageErrors) {
  ExpectUsageError(Command("out", {"--preset", "classic"}), "location.objectness > 0");
  ExpectUsageError(Command("out", {"--location.objectness", "0"}), "location.objectness > 0");
  ExpectUsageError(Command("out", {"--location.slope", "0"}), "location.slope > 0");
  ExpectUsageError({"adapt", "in"}, "-o FILE");
  EXPECT_FALSE(fs::exists(folder_ / "out.safetensors.work"));
}

TEST_F(AdaptTest, WorkOfAnotherRecipeOrOfOtherPhotosIsRefused) {
  StartAndWait().reset();
  ReplacePipe();
  for (const Arguments& arguments :
       {Command("out", {"--preset", "best"}), Command("out", {"--location.ridge", "2"}),
        Arguments{"adapt", "in/0.png", "-o", "out.safetensors"}}) {
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("out.safetensors.work: left by a run with other photos"));
    EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
  }
}

TEST_F(AdaptTest, DamagedWorkIsOneLineThatSaysWhatToDelete) {
  StartAndWait().reset();
  ReplacePipe();
  const fs::path kept = folder_ / "out.safetensors.work/0.round1.safetensors";
  const std::string whole = TextOf(kept);
  for (const std::string& damaged : {whole.substr(0, whole.size() - 4), whole.substr(0, 3)}) {
    WriteFileAtomically(kept, damaged);
    const ProgramResult result = Gradcut(Command("out", {"--quiet"}));
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
    EXPECT_THAT(result.err, HasSubstr("0.round1.safetensors"));
  }
  // A whole array of another shape.
  fs::copy_file(folder_ / "out.safetensors.work/0.inputs.npy", kept,
                fs::copy_options::overwrite_existing);
  const ProgramResult result = Gradcut(Command("out", {"--quiet"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
  EXPECT_THAT(result.err, HasSubstr("out.safetensors.work"));
}

TEST_F(AdaptTest, HeadThatCannotBeWrittenIsAnErrorBeforeTheWork) {
  fs::create_directory(folder_ / "folder.safetensors");
  WriteFileAtomically(folder_ / "file", std::string("a file"));
  ExpectUsageError(Command("folder"), "folder.safetensors: is a folder, expected a file to write");
  ExpectUsageError({"adapt", "in", "-o", "new/"}, "new/: is a folder, expected a file to write");
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  for (const std::string output : {"file/head", "/proc/head"}) {
    const ProgramResult result = Gradcut(Command(output));
    EXPECT_EQ(result.status, 1) << output;
    EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
    EXPECT_THAT(result.err, HasSubstr(output + ".safetensors"));
  }
}

TEST_F(AdaptTest, HeadsOfAnotherClassifierAndFilesThatAreNoHeadsAreRefused) {
  for (const auto& [head, model] :
       {std::pair<std::string, std::string>{"whole.safetensors", "efficientnet-lite1"},
        {"in/0.png", "efficientnet-lite0"},
        {"missing.safetensors", "efficientnet-lite0"}}) {
    const ProgramResult result = Gradcut(
        {"mask", "in", "-o", "out", "--preset", "fast", "--objectness", head, "--model", model});
    EXPECT_EQ(result.status, 1) << head;
    EXPECT_EQ(Lines(result.err).size(), 1U) << result.err;
    EXPECT_THAT(result.err, StartsWith("error: "));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
}

}  // namespace
}  // namespace gradcut
