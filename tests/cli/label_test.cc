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

TEST_F(LabelTest, TooFewImagesAreLabelledEachByItself) {
  const ProgramResult result = Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "out"});
  EXPECT_THAT(result.err, HasSubstr("2 images with a class are too few to learn from"));
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "one", "--rounds", "1"}).status,
            0);
  EXPECT_EQ(TextOf(folder_ / "out/SegmentationClass/0.png"),
            TextOf(folder_ / "one/SegmentationClass/0.png"));
}

// Enough images to learn from: parts of the two.
class TaughtTest : public LabelTest {
 protected:
  TaughtTest() {
    for (int i = 0; i < 12; ++i) {
      const cv::Mat photo = ReadImage(folder_ / "JPEGImages" / (std::to_string(i % 2) + ".png"));
      const cv::Rect part(4 * i, 2 * i, photo.cols - 50, photo.rows - 30);
      WriteFileAtomically(folder_ / "many" / (std::to_string(i) + ".png"), EncodePng(photo(part)));
      table_ += std::to_string(i) + (i % 2 == 0 ? "\tcat\n" : "\tcup\n");
    }
    Write("many.tsv", table_);
  }
  Arguments Label(const std::string& output) const {
    return {"label",     "--images",    "many", "--labels", "many.tsv",
            "--classes", "classes.txt", "-o",   output};
  }
  std::string table_;
};

TEST_F(TaughtTest, WhatImagesTeachChangesTheirLabels) {
  Arguments command = Label("two");
  const ProgramResult result = Gradcut(command);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("learning what tells the classes"));
  EXPECT_TRUE(fs::exists(folder_ / "two/rounds/1.safetensors"));
  EXPECT_FALSE(fs::exists(folder_ / "two/rounds/evidence"));  // It is needed no more.
  command = Label("one");
  command.insert(command.end(), {"--rounds", "1"});
  ASSERT_EQ(Gradcut(command).status, 0);
  EXPECT_FALSE(fs::exists(folder_ / "one/rounds"));
  EXPECT_NE(Results(folder_ / "one"), Results(folder_ / "two"));
}

TEST_F(TaughtTest, TheSameBytesForAnyNumberOfJobs) {
  Arguments command = Label("a");
  command.insert(command.end(), {"--jobs", "1"});
  ASSERT_EQ(Gradcut(command).status, 0);
  command = Label("b");
  command.insert(command.end(), {"--jobs", "3"});
  ASSERT_EQ(Gradcut(command).status, 0);
  EXPECT_EQ(Results(folder_ / "a"), Results(folder_ / "b"));
}

TEST_F(TaughtTest, ARunThatWasKilledGoesOnWithWhatItHasLearned) {
  ASSERT_EQ(Gradcut(Label("whole")).status, 0);
  for (const char* const kept : {"0.safetensors", "1.safetensors"}) {
    fs::remove_all(folder_ / "out");
    {
      const Program program(Label("out"), {.folder = folder_.path()});
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
      while (!fs::exists(folder_ / "out/rounds" / kept)) {
        ASSERT_LT(std::chrono::steady_clock::now(), deadline);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }  // SIGKILL
    const ProgramResult result = Gradcut(Label("out"));
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.err, Not(HasSubstr("looking at all images")));
    EXPECT_EQ(Results(folder_ / "out"), Results(folder_ / "whole"));
    for (const nlohmann::json& entry : Manifest(folder_ / "out"))  // Of the run that was killed.
      EXPECT_GT(entry.at("milliseconds").at("evidence").get<double>(), 2)
          << "a network's passes take longer";
  }
}

// What was learned without a photo, or from another one, is said to be so.
TEST_F(TaughtTest, PhotosThatAreRenewedAfterItHasLearnedAreToldOf) {
  const std::vector<std::uint8_t> photo = ReadFile(folder_ / "many/3.png");
  Write("many/3.png", "no photo yet");
  EXPECT_EQ(Gradcut(Label("out")).status, 1);
  EXPECT_THAT(Gradcut(Label("out")).err, Not(HasSubstr("warning")));  // It is none still.
  WriteFileAtomically(folder_ / "many/3.png", photo);
  WriteFileAtomically(folder_ / "many/5.png", photo);
  Arguments command = Label("out");
  command[2] = "./many";  // By another name they are the same.
  const ProgramResult result = Gradcut(command);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(
      result.err,
      HasSubstr("warning: 2 photos are not as they were when the others were learned from"));
  EXPECT_EQ(Gradcut(Label("out")).err.find("warning"), std::string::npos);
}

// Labels of a photo's own are others than those of a photo that others have taught.
TEST_F(TaughtTest, TooFewPhotosThatCanBeReadAreToldOf) {
  const std::vector<std::uint8_t> photo = ReadFile(folder_ / "many/3.png");
  for (const char* const name : {"3", "4", "5"})
    Write("many/" + std::string(name) + ".png", "no photo yet");
  EXPECT_THAT(Gradcut(Label("out")).err,
              HasSubstr("the 9 of 12 images with a class that can be read are too few"));
  WriteFileAtomically(folder_ / "many/3.png", photo);
  EXPECT_THAT(Gradcut(Label("out")).err, HasSubstr("warning: 1 photo is not as it was"));
}

TEST_F(TaughtTest, TheFolderOfTheImagesIsNoOutput) {
  const ProgramResult result = Gradcut(Label("many"));
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("-o many: holds the images"));
}

TEST_F(TaughtTest, OverwritingLearnsAnew) {
  ASSERT_EQ(Gradcut(Label("out")).status, 0);
  Arguments command = Label("out");
  command.insert(command.end(), {"--existing", "overwrite"});
  const ProgramResult result = Gradcut(command);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("labels to learn from"));
}

TEST_F(TaughtTest, ExtraImagesTeachAndAreNotLabelled) {
  Write("few.tsv", table_.substr(0, table_.find("11\t")));
  Arguments command = Label("alone");
  command[4] = "few.tsv";
  ASSERT_EQ(Gradcut(command).status, 0);
  command.back() = "more";
  command.insert(command.end(), {"--extra", "many.tsv", "--extra-images", "many"});
  ASSERT_EQ(Gradcut(command).status, 0);
  EXPECT_NE(TextOf(folder_ / "alone/rounds/1.safetensors"),
            TextOf(folder_ / "more/rounds/1.safetensors"));
  EXPECT_FALSE(fs::exists(folder_ / "more/SegmentationClass/11.png"));
  // One that can't be read is said: nothing else would. And so is one that can be read later.
  const std::vector<std::uint8_t> photo = ReadFile(folder_ / "many/11.png");
  Write("many/11.png", "no image");
  Arguments anew = command;
  anew.insert(anew.end(), {"--existing", "overwrite"});
  const ProgramResult result = Gradcut(anew);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("many/11.png"));
  fs::remove(folder_ / "more/SegmentationClass/0.png");
  EXPECT_EQ(Gradcut(command).status, 1) << "what was learned without it is used";
  WriteFileAtomically(folder_ / "many/11.png", photo);
  fs::remove(folder_ / "more/SegmentationClass/0.png");
  EXPECT_THAT(Gradcut(command).err, HasSubstr("warning: 1 photo is not as it was"));
}

TEST_F(TaughtTest, SeveralNetworksAreAsked) {
  Arguments command = Label("both");
  command.insert(command.end(), {"--model", "efficientnet-lite0,efficientnet-lite1"});
  const ProgramResult result = Gradcut(command);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(RunJson(folder_ / "both").at("made_by").at("more_networks").at(0).at("architecture"),
            "efficientnet-lite1");
  ASSERT_EQ(Gradcut(Label("one")).status, 0);
  EXPECT_NE(Results(folder_ / "one"), Results(folder_ / "both"));
  command.insert(command.end(), {"--head", "a,b,c"});
  ExpectRefusal(command, 2, "--head a,b,c: 3 values for 2 models");
  command = Label("x");
  command.insert(command.end(), {"--model", "efficientnet-lite0,efficientnet-lite7"});
  ExpectRefusal(command, 2, "efficientnet-lite7");
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

// ---- Where labels come from

// A devkit of the same two photos, with annotations.
class DevkitTest : public LabelTest {
 protected:
  DevkitTest() {
    Annotate("0", {"cat"});
    Annotate("1", {"diningtable", "bottle"});
    Write("ImageSets/Segmentation/train.txt", "0\n");
  }
  void Annotate(const std::string& name, const Arguments& objects,
                const std::string& rest = "") const {
    std::string text = "<annotation>";
    for (const std::string& object : objects)
      text += "<object><name>" + object + "</name>" + rest + "</object>";
    Write("Annotations/" + name + ".xml", text + "</annotation>");
  }
};

TEST_F(DevkitTest, ItsAnnotationsAreTheLabelsUnlessOthersAreNamed) {
  ASSERT_EQ(Gradcut({"label", ".", "--labels", "labels.tsv", "-o", "a"}).status, 0);
  const ProgramResult result = Gradcut({"label", ".", "-o", "b"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("./Annotations: labels of 2 images"));
  EXPECT_EQ(Results(folder_ / "a"), Results(folder_ / "b"));
}

TEST_F(DevkitTest, EveryFormSaysTheSame) {
  Arguments command = {"label", ".", "--rounds", "1", "-o", "out"};
  ASSERT_EQ(Gradcut(command).status, 0);
  Write("ImageSets/Main/cat_train.txt", "0  1\n1 -1\n");
  Write("ImageSets/Main/diningtable_train.txt", "0 -1\n1  0\n");
  Write("ImageSets/Main/bottle_train.txt", "1  1\n");
  Write("names.csv", "image,classes\n0,cat\n1,bottle diningtable\n");
  Write("columns.csv", "image,bottle,cat,diningtable\n1,1,0,1\n0,0,1,0\n");
  command.insert(command.end(), {"--labels", ""});
  for (const char* const labels :
       {"labels.tsv", ".", "Annotations", "ImageSets/Main", "names.csv", "columns.csv"}) {
    command.back() = labels;
    EXPECT_THAT(Gradcut(command).err, HasSubstr("2 skipped")) << labels;  // It is the same run.
  }
  fs::remove_all(folder_ / "Annotations");
  EXPECT_THAT(Gradcut({"label", ".", "--rounds", "1", "-o", "out"}).err,
              ::testing::AllOf(HasSubstr("Main: labels of 2"), HasSubstr("2 skipped")));
}

TEST_F(DevkitTest, ASplitOrAListChoosesWhatIsLabelled) {
  ASSERT_EQ(Gradcut({"label", ".", "--split", "train", "-o", "out"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "0\n");
  EXPECT_FALSE(fs::exists(folder_ / "out/SegmentationClass/1.png"));

  Write("list.txt", "JPEGImages/1.png\nnone\n");
  const ProgramResult result = Gradcut({"label", ".", "--list", "list.txt", "-o", "listed"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("list.txt: names 'none', for which there are no labels"));
  EXPECT_EQ(TextOf(folder_ / "listed/train.txt"), "1\n");

  ExpectRefusal({"label", ".", "--split", "val", "-o", "x"}, 1, "--split can be train");
  ExpectRefusal({"label", ".", "--split", "train", "--list", "list.txt", "-o", "x"}, 2, "--list");
}

TEST_F(DevkitTest, ExtraImagesAreLearnedFromAndNotLabelled) {
  const Arguments command = {"label", ".", "--split", "train", "--extra", ".", "-o", "out"};
  const ProgramResult result = Gradcut(command);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("1 more image to learn from"));
  EXPECT_EQ(TextOf(folder_ / "out/train.txt"), "0\n");
  EXPECT_EQ(Manifest(folder_ / "out").size(), 1u);
  EXPECT_FALSE(fs::exists(folder_ / "out/SegmentationClass/1.png"));
  EXPECT_THAT(Gradcut(command).err, HasSubstr("1 skipped"));
  // Without them it is another run, and so it is with other ones.
  ExpectRefusal({"label", ".", "--split", "train", "-o", "out"}, 2, "labels_sha256");
  Annotate("1", {"bottle"});
  ExpectRefusal(command, 2, "labels_sha256");
}

TEST_F(DevkitTest, ExtraImagesMayLieElsewhere) {
  fs::create_directories(folder_ / "other");
  fs::rename(folder_ / "JPEGImages/1.png", folder_ / "other/x.png");
  Write("extra.csv", "image,classes\nx,bottle\n");
  const Arguments command = {"label", ".", "--split", "train", "-o", "out", "--extra", "extra.csv"};
  ExpectRefusal(command, 1, "extra.csv: none of its 1 images is a file here");
  Arguments whole = command;
  whole.insert(whole.end(), {"--extra-images", "other"});
  const ProgramResult result = Gradcut(whole);
  EXPECT_EQ(result.status, 0) << result.err;
  Write("extra.csv", "image,classes\nx,flubber\n");
  ExpectRefusal(whole, 1, "extra.csv: 'x' has the class 'flubber'");
  ExpectRefusal({"label", ".", "-o", "out", "--extra-images", "other"}, 2, "--extra");
}

TEST_F(DevkitTest, SaysWhatIsWrong) {
  Write("Annotations/1.xml", "<annotation><object>");
  ExpectRefusal({"label", ".", "-o", "out"}, 1, "1.xml: is not XML");
  Annotate("1", {"flubber"});
  ExpectRefusal({"label", ".", "-o", "out"}, 1, "'1' has the class 'flubber'");
  fs::remove_all(folder_ / "Annotations");
  ExpectRefusal({"label", ".", "-o", "out"}, 2, "neither Annotations/ nor ImageSets/Main/");
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

TEST_F(FitTest, TheOrderOfTheLinesChangesNothing) {
  ASSERT_EQ(Gradcut(Fit("head.safetensors")).status, 0);
  std::string reversed;
  for (const std::string& line : Lines(TextOf(folder_ / "table.tsv")))
    reversed = line + "\n" + reversed;
  Write("table.tsv", reversed);
  ASSERT_EQ(Gradcut(Fit("again.safetensors")).status, 0);
  EXPECT_EQ(TextOf(folder_ / "head.safetensors"), TextOf(folder_ / "again.safetensors"));
}

TEST_F(FitTest, NothingElseThanSuchAHeadIsReplaced) {
  Write("head.safetensors", "somebody's weights");
  const ProgramResult result = Gradcut(Fit("head.safetensors"));
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("head.safetensors: is there already and is not a head of"));
  EXPECT_EQ(TextOf(folder_ / "head.safetensors"), "somebody's weights");
}

TEST_F(FitTest, ADevkitWithASplitAndExtraImagesTeachesTheSame) {
  ASSERT_EQ(Gradcut(Fit("head.safetensors")).status, 0);
  fs::rename(folder_ / "JPEGImages", folder_ / "other");
  fs::create_directories(folder_ / "JPEGImages");
  std::string first, rest = "image,classes\n";
  for (int i = 0; i < 12; ++i) {
    const std::string name = std::to_string(i);
    fs::copy(folder_ / "in" / (name + ".png"), folder_ / "JPEGImages");
    Write("ImageSets/Main/" + std::string(i % 2 == 0 ? "day_" : "night_") + name + ".txt",
          name + " 1\n");
    (i < 8 ? first : rest) += name + (i < 8 ? "" : i % 2 == 0 ? ",day" : ",night") + "\n";
  }
  Write("ImageSets/Main/rare_3.txt", "3 0\n");
  Write("ImageSets/Main/first.txt", first);
  Write("rest.csv", rest);
  const Arguments part = {"fit", ".", "--split", "first", "--folds", "3", "-o", "part.safetensors"};
  const ProgramResult alone = Gradcut(part);
  ASSERT_EQ(alone.status, 0) << alone.err;
  EXPECT_THAT(alone.out, ::testing::ContainsRegex("night +4 "));
  EXPECT_THAT(alone.err, HasSubstr("difficult objects count as present"));
  Arguments whole = part;
  whole.back() = "whole.safetensors";
  whole.insert(whole.end(), {"--extra", "rest.csv", "--extra-images", "in"});
  const ProgramResult result = Gradcut(whole);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, ::testing::ContainsRegex("night +6 "));
  // An image that is there already is not learned from twice.
  whole.back() = "JPEGImages";
  Write("rest.csv", rest + "0,day\n");
  ASSERT_EQ(Gradcut(whole).status, 0);
  EXPECT_EQ(Gradcut(whole).out, result.out);
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
