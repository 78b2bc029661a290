// `gradcut tune` as the user meets it.
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

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;

constexpr int kPhotos = 4;

class TuneTest : public ::testing::Test {
 protected:
  TuneTest() {
    for (int i = 0; i < kPhotos; ++i) {
      SavePhoto(Image(i), i);
      // The disc is bright in red.
      cv::Mat red;
      cv::extractChannel(Photo(i), red, 0);
      WriteFileAtomically(Truth(i), EncodePng(red > 150));
    }
  }

  fs::path Image(int i) const { return folder_ / "in" / (std::to_string(i) + ".png"); }
  fs::path Truth(int i) const { return folder_ / "gt" / (std::to_string(i) + ".png"); }
  Arguments Command(const std::string& output, const Arguments& more = {}) const {
    Arguments arguments = {"tune",
                           "in",
                           "gt",
                           "-o",
                           output,
                           "--preset",
                           "classic",
                           "--sweep",
                           "seeds.strength=0:40:20",
                           "--sweep",
                           "colour.weight=0,1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  ProgramResult Tune(const std::string& output, const Arguments& more = {}) const {
    return RunProgram(Command(output, more), options_);
  }
  std::vector<std::string> Table(const fs::path& output) const {
    return Lines(TextOf(folder_ / output / "points.csv"));
  }
  // The rows of the table's cells, without the header.
  std::vector<std::vector<std::string>> Rows(const fs::path& output) const {
    std::vector<std::vector<std::string>> rows;
    const std::vector<std::string> lines = Table(output);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      std::istringstream line(lines[i]);
      rows.emplace_back();
      for (std::string cell; std::getline(line, cell, ',');) rows.back().push_back(cell);
    }
    return rows;
  }

  // The rows of the chosen point: one, if all is well.
  std::vector<std::vector<std::string>> Chosen(const fs::path& output) const {
    std::vector<std::vector<std::string>> rows = Rows(output);
    std::erase_if(rows, [](const auto& row) { return row[8] != "1"; });
    return rows;
  }

  TemporaryFolder folder_;
  const ProgramOptions options_ = {.folder = folder_.path()};
};

TEST_F(TuneTest, EveryPointIsInTheTableAndOneIsChosen) {
  const ProgramResult result = Tune("out");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Table("out")[0],
            "seeds.strength,colour.weight,choose_iou,report_iou,report_low,report_high,candidate,"
            "given,chosen");
  const auto rows = Rows("out");
  ASSERT_THAT(rows, AllOf(SizeIs(7), Each(SizeIs(9))));
  // The recipe as given (strength 1) is no point of the sweep.
  EXPECT_THAT(rows[0], ElementsAre("1", "1", _, _, _, _, "0", "1", "0"));
  EXPECT_THAT(rows[1], ElementsAre("0", "0", _, _, _, _, "1", "0", _));
  EXPECT_THAT(rows[6], ElementsAre("40", "1", _, _, _, _, "1", "0", _));
  ASSERT_THAT(Chosen("out"), SizeIs(1));
  const auto chosen = Chosen("out")[0];
  EXPECT_THAT(result.out,
              HasSubstr("seeds.strength = " + chosen[0] + "\ncolour.weight = " + chosen[1]));
  for (const auto& row : rows)
    EXPECT_TRUE(row[6] == "0" || std::stod(row[2]) <= std::stod(chosen[2])) << row[0];
  EXPECT_THAT(result.out, StartsWith("7 points, chosen by 2 images and reported on 2 others\n"));
}

TEST_F(TuneTest, ScoresAreThoseOfMaskAndEvalWithTheChosenRecipe) {
  ASSERT_EQ(Tune("out").status, 0);
  const ProgramResult mask =
      RunProgram({"mask", "in", "-o", "masks", "--config", "out/best.toml"}, options_);
  ASSERT_EQ(mask.status, 0) << mask.err;
  ASSERT_EQ(RunProgram({"eval", "masks", "gt", "--json", "eval.json"}, options_).status, 0);
  const double mean = nlohmann::json::parse(TextOf(folder_ / "eval.json"))["mean_iou"];
  const auto chosen = Chosen("out").at(0);
  EXPECT_NEAR((std::stod(chosen[2]) + std::stod(chosen[3])) / 2, mean, 1e-12);
}

// As eval does.
TEST_F(TuneTest, WhatWhiteIsIsSettledByAllTruths) {
  for (const int i : {0, 1, 2}) {
    cv::Mat ids = ReadMask(Truth(i)).labels.clone();
    ids = (ids != 0) / 255 * 2;
    ids.row(0).setTo(255);
    WriteFileAtomically(Truth(i), EncodePng(ids));
  }
  // Of the last one this is told by the others, in which it is void.
  fs::rename(Truth(3), folder_ / "3.png");
  ASSERT_EQ(Tune("out").status, 0);
  fs::rename(folder_ / "3.png", Truth(3));
  const ProgramResult result = Tune("out");
  ASSERT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("taken for void in all"));
  const auto settled = Manifest(folder_ / "out");
  ASSERT_EQ(Tune("anew").status, 0);
  const auto anew = Manifest(folder_ / "anew");
  for (int i = 0; i < kPhotos; ++i) EXPECT_EQ(settled[i].at("iou"), anew[i].at("iou"));
}

TEST_F(TuneTest, TheChosenRecipeNamesItsFilesWhole) {
  WriteFileAtomically(folder_ / "map.tsv", "disc\t0-999\n");
  for (const char* const shard : {"0/2", "1/2"})
    ASSERT_EQ(
        Tune("shards", {"--class-map", "map.tsv", "--class", "disc", "--shard", shard}).status, 0);
  ASSERT_EQ(
      RunProgram({"merge", folder_ / "shards", "-o", folder_ / "out"}, {.folder = "/"}).status, 0);
  EXPECT_THAT(TextOf(folder_ / "out/best.toml"),
              HasSubstr("class_map = \"" + (folder_ / "map.tsv").string() + "\""));
}

TEST_F(TuneTest, HeatMapOptionsCanBeSweptWithLaterOnes) {
  const Arguments sweep = {"--sweep", "saliency.blur=0.02,0.2"};
  ASSERT_EQ(Tune("out", sweep).status, 0);
  EXPECT_THAT(Rows("out"), SizeIs(13));
  ASSERT_EQ(RunProgram({"tune", "in", "gt", "-o", "alone", "--preset", "classic", "--sweep",
                        "saliency.blur=0.02,0.2", "--seeds.strength", "20", "--colour.weight", "1"},
                       options_)
                .status,
            0);
  // The same numbers as without the other sweeps.
  std::vector<std::vector<std::string>> alone = Rows("alone"), together = Rows("out");
  std::erase_if(alone, [](const auto& row) { return row[5] == "0"; });
  std::erase_if(together, [](const auto& row) { return row[0] != "20" || row[1] != "1"; });
  ASSERT_EQ(alone.size(), 2);
  ASSERT_EQ(together.size(), 2);
  EXPECT_NE(alone[0][1], alone[1][1]);
  for (int i : {0, 1}) EXPECT_EQ(alone[i][1], together[i][3]);
}

TEST_F(TuneTest, ResultsDependOnTheSeedAlone) {
  ASSERT_EQ(Tune("a", {"--jobs", "1", "--budget", "3"}).status, 0);
  ASSERT_EQ(Tune("b", {"--jobs", "2", "--budget", "3"}).status, 0);
  EXPECT_EQ(Table("a"), Table("b"));
  EXPECT_EQ(TextOf(folder_ / "a/best.toml"), TextOf(folder_ / "b/best.toml"));
  EXPECT_THAT(Rows("a"), SizeIs(4));
  ASSERT_EQ(Tune("c", {"--seed", "1", "--budget", "3"}).status, 0);
  EXPECT_NE(Table("a"), Table("c"));
}

TEST_F(TuneTest, WhatCannotBeScoredIsOneLineAndTheRestIsScored) {
  WriteFileAtomically(folder_ / "in/corrupt.png", std::string_view("text"));
  SavePhoto(folder_ / "in/size.png", 0, {30, 30});
  for (const char* const name : {"corrupt", "size", "missing"})
    fs::copy(Truth(0), folder_ / "gt" / (std::string(name) + ".png"));
  const ProgramResult result = Tune("out");
  EXPECT_EQ(result.status, 1);
  std::vector<std::string> errors = Lines(result.err);
  std::erase_if(errors, [](const std::string& line) { return !line.starts_with("error: "); });
  EXPECT_THAT(errors, ElementsAre(HasSubstr("in/corrupt.png: "),
                                  HasSubstr("gt/missing.png: there is no photo for it"),
                                  AllOf(HasSubstr("in/size.png: has 30x30"), HasSubstr("64x48"))));
  EXPECT_THAT(Rows("out"), SizeIs(7));
  EXPECT_EQ(ManifestColumn(folder_ / "out", "status"),
            (std::vector<std::string>{"ok", "ok", "ok", "ok", "failed", "failed", "failed"}));
}

TEST_F(TuneTest, PhotosWithoutATruthAreCounted) {
  fs::remove(Truth(1));
  const ProgramResult result = Tune("out");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("in: 1 photos have no truth and are left out, 1 for one"));
}

TEST_F(TuneTest, NothingScoredIsAnErrorWithoutAWinner) {
  for (int i = 0; i < kPhotos; ++i) WriteFileAtomically(Image(i), std::string_view("text"));
  const ProgramResult result = Tune("out");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(Lines(result.err).back(), HasSubstr("could be scored"));
  EXPECT_FALSE(fs::exists(folder_ / "out/best.toml"));
}

TEST_F(TuneTest, AnotherRecipeInTheSameFolderIsRefused) {
  ASSERT_EQ(Tune("out").status, 0);
  const std::vector<std::string> table = Table("out");
  for (const Arguments& other : {Arguments{"--seed", "1"}, Arguments{"--graphcut.smoothness", "5"},
                                 Arguments{"--sweep", "colour.clip=1,2"}}) {
    const ProgramResult result = Tune("out", other);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(Lines(result.err), ElementsAre(AllOf(HasSubstr("out"), HasSubstr("another"))));
  }
  EXPECT_EQ(Table("out"), table);
  EXPECT_EQ(Tune("out", {"--seed", "1", "--existing", "overwrite"}).status, 0);
  EXPECT_NE(Table("out"), table);
  EXPECT_EQ(Tune("out", {"--seed", "1", "--existing", "error"}).status, 2);
}

TEST_F(TuneTest, InterruptedRunGoesOnWhereItStopped) {
  ASSERT_EQ(Tune("whole").status, 0);
  const std::string photo = TextOf(Image(1));
  fs::remove(Image(1));
  ASSERT_EQ(::mkfifo(Image(1).c_str(), 0600), 0);  // The program waits there.
  Program program(Command("out", {"--jobs", "1"}), options_);
  const fs::path state = folder_ / "out/manifest.jsonl.partial";
  ASSERT_TRUE(WaitUntil([&] { return fs::exists(state) && !fs::is_empty(state); }));
  PipeToProgram pipe(Image(1));
  program.Send(SIGINT);
  pipe.Feed(photo);
  const ProgramResult result = program.Wait();
  EXPECT_EQ(result.status, 130);
  EXPECT_THAT(result.err, HasSubstr("interrupted: 2 of 4 images done"));
  EXPECT_FALSE(fs::exists(folder_ / "out/points.csv"));

  // What is done is not looked at again.
  const auto time = fs::last_write_time(Image(0));
  WriteFileAtomically(Image(0), std::string(fs::file_size(Image(0)), '.'));
  fs::last_write_time(Image(0), time);
  fs::remove(Image(1));
  WriteFileAtomically(Image(1), photo);
  ASSERT_EQ(Tune("out").status, 0);
  EXPECT_EQ(Table("out"), Table("whole"));
  EXPECT_EQ(TextOf(folder_ / "out/best.toml"), TextOf(folder_ / "whole/best.toml"));
}

TEST_F(TuneTest, ReplacedPhotosAndTruthsAreScoredAnew) {
  ASSERT_EQ(Tune("out").status, 0);
  const std::vector<std::string> before = Table("out");
  ASSERT_EQ(Tune("out").status, 0);
  EXPECT_EQ(Table("out"), before);
  for (const fs::path& file : {Truth(1), Image(2)}) {
    cv::Mat image = ReadImage(file);
    cv::flip(image, image, /*flipCode=*/0);
    WriteFileAtomically(file, EncodePng(image));
    ASSERT_EQ(Tune("out").status, 0);
    ASSERT_EQ(Tune("fresh", {"--existing", "overwrite"}).status, 0);
    EXPECT_EQ(Table("out"), Table("fresh")) << file;
    EXPECT_NE(Table("out"), before) << file;
  }
}

TEST_F(TuneTest, PhotosThatAreGoneCountNoMore) {
  ASSERT_EQ(Tune("out").status, 0);
  fs::remove(Image(2));
  const ProgramResult result = Tune("out");
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("gt/2.png: there is no photo for it"));
}

TEST_F(TuneTest, OverwritingLeavesNoLineOfTheRunBefore) {
  ASSERT_EQ(Tune("out").status, 0);
  const std::string manifest = TextOf(folder_ / "out/manifest.jsonl");
  fs::rename(folder_ / "out/manifest.jsonl", folder_ / "out/manifest.jsonl.partial");
  ASSERT_EQ(Tune("out", {"--existing", "overwrite"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/manifest.jsonl"), manifest);
}

TEST_F(TuneTest, TruthThatIsVoidEverywhereTakesNoPart) {
  WriteFileAtomically(folder_ / "in/void.png", TextOf(Image(0)));
  WriteFileAtomically(folder_ / "gt/void.png",
                      EncodeIndexedPng(cv::Mat(48, 64, CV_8U, cv::Scalar(255)), VocPalette()));
  const ProgramResult result = Tune("out");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(ManifestColumn(folder_ / "out", "status").back(), "unscored");
}

}  // namespace
}  // namespace gradcut
