// gradcut fit and gradcut label through the program.
#include "gradcut/dataset/mask_io.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

const fs::path kPhotos = fs::path(GRADCUT_BUILD_ROOT) / "photos";

class LabelTest : public ::testing::Test {
 protected:
  LabelTest() {
    int number = 0;
    for (const char* const name : {"chelsea.png", "coffee.png"}) {
      cv::Mat half;
      cv::resize(ReadImage(kPhotos / name), half, {}, 0.5, 0.5, cv::INTER_AREA);
      WriteFileAtomically(folder_ / "JPEGImages" / (std::to_string(number++) + ".png"),
                          EncodePng(half));
    }
    Write("labels.tsv", "0\tcat\n1\tdiningtable bottle\n");
    Write("classes.txt", "nothing\ncup\ncat\n");
    Write("own.tsv", "0\tcat\n1\tcup\n");
  }
  void Write(const std::string& name, const std::string& text) const {
    WriteFileAtomically(folder_ / name, text);
  }
  ProgramResult Gradcut(const Arguments& arguments) const {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  void ExpectRefusal(const Arguments& arguments, int status, const std::string& said) const {
    const ProgramResult result = Gradcut(arguments);
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(result.err, HasSubstr(said));
  }
  cv::Mat Labels(const std::string& path) const {
    const MaskFile mask = ReadMask(folder_ / path);
    EXPECT_EQ(mask.form, MaskForm::kPalette);
    return mask.labels;
  }
  TemporaryFolder folder_;
};

TEST_F(LabelTest, LabelsADevkit) {
  const ProgramResult result = Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  const cv::Mat cat = Labels("out/SegmentationClass/0.png");
  EXPECT_EQ(cat.size(), ReadImage(folder_ / "JPEGImages/0.png").size());
  EXPECT_GT(cv::countNonZero(cat == 8), static_cast<int>(cat.total() / 10));
  EXPECT_EQ(cv::countNonZero(cat == 8) + cv::countNonZero(cat == 0) + cv::countNonZero(cat == 255),
            static_cast<int>(cat.total()));
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "0\n1\n");
  EXPECT_EQ(Lines(TextOf(folder_ / "out/classes.txt")).size(), 21u);
  const auto entries = Manifest(folder_ / "out");
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].at("classes").at(0).at("name"), "cat");
  EXPECT_EQ(entries[1].at("classes").size(), 2u);
  EXPECT_GT(entries[0].at("confidence").get<double>(), 0);
  EXPECT_TRUE(RunJson(folder_ / "out").at("finished").get<bool>());
}

TEST_F(LabelTest, LabelsAnyFolderWithClassesOfItsOwn) {
  const Arguments command = {"label",     "--images",    "JPEGImages", "--labels", "own.tsv",
                             "--classes", "classes.txt", "--unsure",   "0",        "--confident",
                             "0",         "--class-map", "map.tsv",    "-o",       "out"};
  Write("map.tsv", "cat\t281-285\n");
  ASSERT_EQ(Gradcut(command).status, 0);
  EXPECT_GT(cv::countNonZero(Labels("out/SegmentationClass/0.png") == 2), 0);
  const cv::Mat cup = Labels("out/SegmentationClass/1.png");
  EXPECT_GT(cv::countNonZero(cup == 1), 0);
  EXPECT_EQ(cv::countNonZero(cup == 255), 0);
  EXPECT_EQ(TextOf(folder_ / "out/classes.txt"), "nothing\ncup\ncat\n");
}

TEST_F(LabelTest, ImagesOfOneNameInTwoFoldersHaveLabelsInTwoFolders) {
  for (const char* const folder : {"in/x", "in/y"}) {
    fs::create_directories(folder_ / folder);
    fs::copy(folder_ / "JPEGImages/0.png", folder_ / folder / "0.png");
  }
  Write("own.tsv", "x/0\tnice cat\ny/0\tnice cat, cup\n");
  Write("classes.txt", "nothing\ncup\nnice cat\n");
  Write("map.tsv", "nice cat\t281-285\n");
  const ProgramResult result =
      Gradcut({"label", "--images", "in", "--labels", "own.tsv", "--classes", "classes.txt",
               "--class-map", "map.tsv", "-o", "out", "--rounds", "1"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "x/0\ny/0\n");
  EXPECT_GT(cv::countNonZero(Labels("out/SegmentationClass/x/0.png") == 2), 0);
  EXPECT_TRUE(fs::exists(folder_ / "out/SegmentationClass/y/0.png"));
}

TEST_F(LabelTest, TheSameBytesForAnyNumberOfJobsAndASecondRunSkips) {
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "a", "--jobs", "1"}).status, 0);
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "b", "--jobs", "2"}).status, 0);
  EXPECT_EQ(Results(folder_ / "a"), Results(folder_ / "b"));
  const auto before = Results(folder_ / "a");
  const ProgramResult again = Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "a"});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.err, HasSubstr("2 skipped"));
  EXPECT_THAT(again.err, Not(HasSubstr("round 1")));  // Nothing is learned for nothing.
  EXPECT_EQ(Results(folder_ / "a"), before);
}

TEST_F(LabelTest, ImagesOfLittleConfidenceAreLeftOutOfTheTrainingList) {
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out", "--min-confidence", "1"})
                .status,
            0);
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "");
  EXPECT_TRUE(fs::exists(folder_ / "out/SegmentationClass/0.png"));
}

TEST_F(LabelTest, OneRoundLearnsNothingAndIsAnotherRun) {
  const ProgramResult one =
      Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out", "--rounds", "1"});
  EXPECT_EQ(one.status, 0);
  EXPECT_THAT(one.err, Not(HasSubstr("round 1")));
  ExpectRefusal({"label", ".", "--labels", "labels.tsv", "-o", "out"}, 2, "rounds");
}

TEST_F(LabelTest, ARunKilledInItsSecondRoundGoesOnThere) {
  Arguments command = {"label", ".", "--labels", "labels.tsv", "--jobs", "1", "-o", "whole"};
  ASSERT_EQ(Gradcut(command).status, 0);
  command.back() = "out";
  {
    const Program program(command, {.folder = folder_.path()});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!fs::exists(folder_ / "out/rounds/1.safetensors")) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }  // SIGKILL
  const ProgramResult result = Gradcut(command);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("round 1 of 2: done before"));
  EXPECT_THAT(result.err, Not(HasSubstr("labels to learn from")));
  EXPECT_EQ(Results(folder_ / "out"), Results(folder_ / "whole"));
}

TEST_F(LabelTest, OverwritingLearnsAnew) {
  Arguments command = {"label", ".", "--labels", "labels.tsv", "-o", "out"};
  ASSERT_EQ(Gradcut(command).status, 0);
  command.insert(command.end(), {"--existing", "overwrite"});
  const ProgramResult result = Gradcut(command);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("labels to learn from"));
}

TEST_F(LabelTest, AnImageThatCannotBeReadIsSaidOnceAndTheRestIsLabelled) {
  WriteFileAtomically(folder_ / "JPEGImages/0.png", std::string_view("no image"));
  const ProgramResult result = Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out"});
  EXPECT_EQ(result.status, 1);
  const std::size_t said = result.err.find("0.png");
  ASSERT_NE(said, std::string::npos);
  EXPECT_EQ(result.err.find("0.png", said + 1), std::string::npos) << result.err;
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "1\n");
}

// A data set often has lists of such names beside its images.
TEST_F(LabelTest, ListsOfSomebodyElseAreNotOverwritten) {
  Write("train.txt", "mine");
  const Arguments command = {"label", ".", "--labels", "labels.tsv", "-o", ".", "--rounds", "1"};
  ExpectRefusal(command, 2, "train.txt exists, but no ./run.json says how it was made");
  EXPECT_EQ(TextOf(folder_ / "train.txt"), "mine");
  EXPECT_FALSE(fs::exists(folder_ / "SegmentationClass"));
  fs::remove(folder_ / "train.txt");
  fs::rename(folder_ / "classes.txt", folder_ / "names.txt");
  EXPECT_EQ(Gradcut(command).status, 0);
  EXPECT_EQ(Gradcut(command).status, 0);
}

TEST_F(LabelTest, OtherLabelsAreAnotherRun) {
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out"}).status, 0);
  Write("labels.tsv", "0\tdog\n1\tdiningtable\n");
  ExpectRefusal({"label", ".", "--labels", "labels.tsv", "-o", "out"}, 2, "labels_sha256");
}

TEST_F(LabelTest, SaysWhatIsWrong) {
  ExpectRefusal({"label", ".", "-o", "out"}, 2, "--labels");
  ExpectRefusal({"label", "--labels", "own.tsv", "-o", "out"}, 2, "devkit");
  ExpectRefusal({"label", "--images", "JPEGImages", "--labels", "own.tsv", "-o", "out"}, 2,
                "--classes");
  ExpectRefusal({"label", ".", "--labels", "own.tsv", "-o", "out"}, 1, "'cup'");
  ExpectRefusal({"label", ".", "--labels", "labels.tsv", "-o", "out", "--unsure", "0.95"}, 2,
                "--confident");
  Write("strange.txt", "background\nflubber\n");
  Write("strange.tsv", "0\tflubber\n");
  ExpectRefusal({"label", "--images", "JPEGImages", "--labels", "strange.tsv", "--classes",
                 "strange.txt", "-o", "out"},
                1, "class 'flubber' is neither in the class map");
  EXPECT_FALSE(fs::exists(folder_ / "out/train.txt"));
}

// Bright discs of two colours, which a head can tell apart.
class FitTest : public LabelTest {
 protected:
  FitTest() {
    std::string table;
    for (int i = 0; i < 12; ++i) {
      cv::Mat photo = Photo(i, {128, 96});
      if (i % 2 == 0) photo = cv::Scalar::all(255) - photo;
      WriteFileAtomically(folder_ / "in" / (std::to_string(i) + ".png"), EncodePng(photo));
      table += std::to_string(i) + (i % 2 == 0 ? "\tday" : "\tnight") + (i == 3 ? " rare\n" : "\n");
    }
    Write("table.tsv", table);
  }
  Arguments Fit(const std::string& output) const {
    return {"fit", "table.tsv", "--images", "in", "-o", output, "--folds", "3"};
  }
};

TEST_F(FitTest, AHeadIsLearnedReportedAndUsed) {
  const ProgramResult result = Gradcut(Fit("head.safetensors"));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("average precision"));
  EXPECT_THAT(result.out, ::testing::ContainsRegex("night +6 +1.000"));
  EXPECT_THAT(result.err, HasSubstr("class 'rare' is in 1 image, fewer than 5"));
  ASSERT_EQ(Gradcut(Fit("again.safetensors")).status, 0);
  EXPECT_EQ(TextOf(folder_ / "head.safetensors"), TextOf(folder_ / "again.safetensors"));

  const ProgramResult mask =
      Gradcut({"mask", "in/1.png", "-o", "masks", "--head", "head.safetensors"});
  ASSERT_EQ(mask.status, 0) << mask.err;
  EXPECT_EQ(Manifest(folder_ / "masks").at(0).at("classes").at(0).at("name"), "night");
  Write("classes.txt", "background\nnight\nday\n");
  Write("labels.tsv", "0\tday\n1\tnight\n");
  const ProgramResult label =
      Gradcut({"label", "--images", "in", "--labels", "labels.tsv", "--classes", "classes.txt",
               "--head", "head.safetensors", "-o", "out"});
  EXPECT_EQ(label.status, 0) << label.err;
}

TEST_F(FitTest, SaysWhatIsWrong) {
  ExpectRefusal({"fit", "table.tsv", "--images", "in"}, 2, "-o FILE");
  ExpectRefusal({"fit", "table.tsv", "--images", "in", "-o", "in"}, 2,
                "in: is a folder, expected a");
  ExpectRefusal({"fit", "table.tsv", "--images", "in", "-o", "table.tsv"}, 2,
                "would be overwritten");
  ExpectRefusal({"fit", "table.tsv", "--images", "in", "-o", "h", "--folds", "7"}, 1,
                "14 are needed");
  ExpectRefusal({"mask", "in/1.png", "-o", "masks", "--head", "table.tsv"}, 1, "table.tsv");
  WriteFileAtomically(folder_ / "in/5.png", std::string_view("no image"));
  const ProgramResult result = Gradcut(Fit("head.safetensors"));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("in/5.png"));
  EXPECT_TRUE(fs::exists(folder_ / "head.safetensors"));
}

}  // namespace
}  // namespace gradcut
