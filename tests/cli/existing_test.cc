// Outputs that are there already: kept, replaced or refused, but never mixed.
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

// A folder of photos and a finished run over it.
class ExistingTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = std::make_unique<TemporaryFolder>();
    for (const int i : {0, 1}) SavePhoto(*made_ / "in" / (std::to_string(i) + ".png"), i);
    const ProgramResult result = RunProgram({"mask", "in", "-o", "out"}, {.folder = made_->path()});
    ASSERT_EQ(result.status, 0) << result.err;
  }
  static void TearDownTestSuite() { made_.reset(); }

  ExistingTest() {
    CopyWithTimes(made_->path(), folder_.path());
    first_ = Results(folder_ / "out");
  }

  ProgramResult Mask(const Arguments& more, const std::string& in = "in") {
    Arguments arguments = {"mask", in, "-o", "out"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  void ExpectRefused(const ProgramResult& result, const Arguments& said) {
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(Lines(result.err).size(), 1u) << result.err;
    for (const std::string& part : said) EXPECT_THAT(result.err, HasSubstr(part));
  }

  static inline std::unique_ptr<TemporaryFolder> made_;  // Copied for each test.
  TemporaryFolder folder_;
  std::map<std::string, std::string> first_;
};

TEST_F(ExistingTest, SecondRunSkipsAndKeepsWhatIsKnown) {
  std::vector<nlohmann::json> lines = Manifest(folder_ / "out");
  const auto time = fs::last_write_time(folder_ / "out/0.png");
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_EQ(fs::last_write_time(folder_ / "out/0.png"), time);
  for (nlohmann::json& line : lines) line["status"] = "skipped";
  EXPECT_EQ(Manifest(folder_ / "out"), lines);
  EXPECT_EQ(RunJson(folder_ / "out").at("totals").at("skipped"), 2);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(ExistingTest, OnlyWhatIsMissingIsMade) {
  fs::remove(folder_ / "out/1.png");
  SavePhoto(folder_ / "in/2.png", 2);
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "ok", "ok"));
  EXPECT_TRUE(Results(folder_ / "out").at("1.png") == first_.at("1.png"));
}

TEST_F(ExistingTest, WhatIsKnownOfOtherPhotosStays) {
  const nlohmann::json other = Manifest(folder_ / "out").back();
  ASSERT_EQ(Mask({}, "in/0.png").status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "ok"));
  EXPECT_EQ(Manifest(folder_ / "out").back(), other);
  EXPECT_THAT(Mask({}).err, HasSubstr("0 done, 2 skipped"));
  // Photos that are gone have results all the same, which are never mixed with another recipe's.
  fs::remove(folder_ / "in/1.png");
  ASSERT_EQ(Mask({}).status, 0);
  ExpectRefused(Mask({"--seed", "1", "--existing", "overwrite"}), {"out/1.png is of another"});
  fs::remove(folder_ / "out/1.png");
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"), ElementsAre("in/0.png"));
}

TEST_F(ExistingTest, ErrorRefusesAnyOutput) {
  ExpectRefused(Mask({"--existing", "error"}), {"out/0.png exists"});
  fs::remove_all(folder_ / "out");
  EXPECT_EQ(Mask({"--existing", "error"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(ExistingTest, AnotherRecipeIsRefusedByItsDifference) {
  ExpectRefused(Mask({"--graphcut.smoothness", "2"}),
                {"out holds a run of another recipe", "graphcut.smoothness is 20 there, 2 here"});
  ExpectRefused(Mask({"--class", "tabby"}), {"class is [] there, [\"tabby\"] here"});
  ExpectRefused(Mask({"--shard", "0/2", "--seed", "1"}), {"seed is 0 there, 1 here"});
  const ProgramResult saliency =
      RunProgram({"saliency", "in", "-o", "out"}, {.folder = folder_.path()});
  ExpectRefused(saliency, {"command is \"mask\" there, \"saliency\" here"});
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("ok"));
}

// The same file by another name, or from another folder, is no other recipe.
TEST_F(ExistingTest, FilesOfTheRecipeCountByWhatIsInThem) {
  WriteFileAtomically(folder_ / "map.tsv", "thing\t281-285\n");
  const Arguments thing = {"--class", "thing", "--class-map"};
  const auto with = [&](const std::string& map) {
    Arguments flags = thing;
    flags.push_back(map);
    return flags;
  };
  fs::remove_all(folder_ / "out");
  ASSERT_EQ(Mask(with("map.tsv")).status, 0);
  EXPECT_THAT(Mask(with("./map.tsv")).err, HasSubstr("0 done, 2 skipped"));
  fs::create_directory(folder_ / "elsewhere");
  const ProgramResult again =
      RunProgram({"mask", "../in", "-o", "../again", "--config", "../out/run.json"},
                 {.folder = folder_ / "elsewhere"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_TRUE(Results(folder_ / "again") == Results(folder_ / "out"));
  WriteFileAtomically(folder_ / "map.tsv", "thing\t281-284\n");
  ExpectRefused(Mask(with("./map.tsv")), {"class_map_sha256 is "});
}

TEST_F(ExistingTest, OverwriteMakesAllAnew) {
  ASSERT_EQ(Mask({"--save", "mask,cutout"}).status, 0);
  WriteFileAtomically(folder_ / "out/0.png", "damaged");
  ASSERT_EQ(Mask({"--existing", "overwrite"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "out").at("0.png") == first_.at("0.png"));

  ASSERT_EQ(
      Mask({"--existing", "overwrite", "--preset", "classic", "--graphcut.smoothness", "2"}).status,
      0);
  EXPECT_FALSE(Results(folder_ / "out") == first_);
  // The cut-outs of the other recipe would be taken for this one's.
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "1.png"));
  EXPECT_EQ(RunJson(folder_ / "out").at("recipe").at("graphcut").at("smoothness"), 2);
}

TEST_F(ExistingTest, OverwriteNeverLeavesTwoRecipes) {
  ExpectRefused(Mask({"--existing", "overwrite", "--seed", "1"}, "in/0.png"),
                {"out/1.png", "another recipe"});
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  // A shard is not all of the run, but the run is what overwrites.
  ASSERT_EQ(Mask({"--existing", "overwrite", "--seed", "1", "--shard", "0/2"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png"));
  EXPECT_FALSE(fs::exists(folder_ / "out/run.json"));
  ASSERT_EQ(Mask({"--seed", "1", "--shard", "1/2"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "1.png"));
}

TEST_F(ExistingTest, FilesOfUnknownOriginAreRefused) {
  fs::remove(folder_ / "out/run.json");
  ExpectRefused(Mask({}), {"out/0.png exists, but no out/run.json says how it was made"});
  WriteFileAtomically(folder_ / "out/run.json", "{\"something\": \"else\"}");
  ExpectRefused(Mask({}), {"out/run.json was not made by gradcut"});
  EXPECT_EQ(Mask({"--existing", "overwrite"}).status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(ExistingTest, ResultOfAnotherPhotoIsNotSkipped) {
  SavePhoto(folder_ / "other/0.png", 7);
  ExpectRefused(Mask({}, "other"), {"out/0.png was made from in/0.png, not from other/0.png"});
  // The same photo by another name for its folder is the same photo, and what is known of it stays.
  EXPECT_EQ(Mask({}, (folder_ / "in").string()).status, 0);
  EXPECT_TRUE(Results(folder_ / "out") == first_);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
  EXPECT_EQ(Manifest(folder_ / "out")[0].at("classes").size(), 5u);
}

// What is known of a file is its size and when it was written.
// The photo is known, but what lies at its place is another one's.
TEST_F(ExistingTest, APhotoWhosePlaceHasChangedIsNotSkipped) {
  fs::remove(folder_ / "in/1.png");
  WriteFileAtomically(folder_ / "list.txt", "in/0.png\t1.png\n");
  ASSERT_EQ(Mask({}, "@list.txt").status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok"));
  EXPECT_TRUE(TextOf(folder_ / "out/1.png") == first_.at("0.png"));
}

TEST_F(ExistingTest, NoKindOfAnotherPhotosResultsIsReplaced) {
  ASSERT_EQ(Mask({"--save", "mask,heatmap"}).status, 0);
  SavePhoto(folder_ / "other/0.png", 5);
  ExpectRefused(Mask({"--save", "heatmap"}, "other"), {"out/0.heatmap.png was made from in/0.png"});
  // A photo whose mask would have the name of another one's heat map.
  SavePhoto(folder_ / "in/0.heatmap.png", 5);
  ExpectRefused(Mask({}), {"out/0.heatmap.png was made from in/0.png, not from in/0.heatmap.png"});
}

TEST_F(ExistingTest, TheSamePathsFromAnotherFolderAreOtherPhotos) {
  const auto mask_from = [&](const fs::path& start) {
    return RunProgram({"mask", "in", "-o", folder_ / "out"}, {.folder = folder_ / start});
  };
  SavePhoto(folder_ / "elsewhere/in/0.png", 5);
  ExpectRefused(mask_from("elsewhere"), {"was made from", "not from in/0.png"});
  // A copy of the project is the same.
  fs::create_directory(folder_ / "copy");
  CopyWithTimes(folder_ / "in", folder_ / "copy/in");
  EXPECT_EQ(mask_from("copy").status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
}

TEST_F(ExistingTest, AReplacedPhotoIsDoneAnew) {
  const nlohmann::json before = Manifest(folder_ / "out")[0];
  EXPECT_EQ(before.at("sources")[0].at("bytes"), fs::file_size(folder_ / "in/0.png"));
  EXPECT_EQ(before.at("files"), nlohmann::json({"0.png"}));
  SavePhoto(folder_ / "in/0.png", 5);
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("ok", "skipped"));
  const auto second = Results(folder_ / "out");
  EXPECT_FALSE(second.at("0.png") == first_.at("0.png"));
  EXPECT_TRUE(second.at("1.png") == first_.at("1.png"));
  EXPECT_NE(Manifest(folder_ / "out")[0].at("sources"), before.at("sources"));
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));

  // Of the same size, and older.
  const auto time = fs::last_write_time(folder_ / "in/1.png");
  const std::string bytes = TextOf(folder_ / "in/1.png");
  fs::copy_file(folder_ / "in/0.png", folder_ / "in/1.png", fs::copy_options::overwrite_existing);
  fs::resize_file(folder_ / "in/1.png", bytes.size());
  fs::last_write_time(folder_ / "in/1.png", time - std::chrono::hours(1));
  Mask({});
  EXPECT_NE(ManifestColumn(folder_ / "out", "status")[1], "skipped");
}

TEST_F(ExistingTest, NothingOfAReplacedPhotoStays) {
  ASSERT_EQ(Mask({"--save", "mask,cutout"}).status, 0);
  EXPECT_EQ(Manifest(folder_ / "out")[0].at("files"), nlohmann::json({"0.cutout.png", "0.png"}));
  SavePhoto(folder_ / "in/0.png", 5);
  WriteFileAtomically(folder_ / "in/1.png", "no photo");
  EXPECT_EQ(Mask({}).status, 1);
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png"));
  // Nor is what failed taken for done.
  EXPECT_EQ(Mask({}).status, 1);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "failed"));
}

TEST_F(ExistingTest, ResultsThatAReplacedPhotoTakesAwayAreToldOf) {
  WriteFileAtomically(folder_ / "in/0.png", "no photo");
  const ProgramResult result = Mask({});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("in/0.png: is not an image but text; what was made of it "
                                    "before is removed"));
  EXPECT_THAT(Mask({}).err, Not(HasSubstr("is removed"))) << "there is nothing any more";
}

TEST_F(ExistingTest, OtherKindsOfTheSamePhotoAreKnown) {
  ASSERT_EQ(Mask({"--save", "cutout"}).status, 0);
  EXPECT_EQ(Manifest(folder_ / "out")[0].at("files"), nlohmann::json({"0.cutout.png", "0.png"}));
  ASSERT_EQ(Mask({"--save", "mask"}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
}

// Earlier versions wrote neither the time of a photo nor the names of its files.
TEST_F(ExistingTest, ManifestsOfEarlierVersionsAreTaken) {
  std::string lines;
  for (nlohmann::json entry : Manifest(folder_ / "out")) {
    entry.erase("sources");
    entry.erase("files");
    lines += entry.dump() + "\n";
  }
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), Each("skipped"));
  WriteFileAtomically(folder_ / "out/manifest.jsonl", lines);
  WriteFileAtomically(folder_ / "out/0.cutout.png", "made by an earlier version");
  ASSERT_EQ(Mask({"--existing", "overwrite", "--seed", "1"}).status, 0);
  EXPECT_THAT(ResultNames(folder_ / "out"), ElementsAre("0.png", "1.png"));
}

TEST_F(ExistingTest, ResultsThatNoManifestTellsOfAreMadeAnew) {
  std::string manifest = TextOf(folder_ / "out/manifest.jsonl");
  // Cut in the middle of its second line.
  manifest.resize(manifest.find('\n') + 20);
  WriteFileAtomically(folder_ / "out/manifest.jsonl", manifest);
  WriteFileAtomically(folder_ / "out/1.png", "whatever");
  ASSERT_EQ(Mask({}).status, 0);
  EXPECT_THAT(ManifestColumn(folder_ / "out", "status"), ElementsAre("skipped", "ok"));
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

TEST_F(ExistingTest, OverwriteRemovesWhatRunsWroteAlone) {
  WriteFileAtomically(folder_ / "out/notes.txt", "mine");
  WriteFileAtomically(folder_ / "out/0.cutout.png", "mine");
  ASSERT_EQ(Mask({"--existing", "overwrite", "--seed", "1"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/notes.txt"), "mine");
  EXPECT_EQ(TextOf(folder_ / "out/0.cutout.png"), "mine");
  // Where nothing says who wrote them, neither.
  fs::remove(folder_ / "out/run.json");
  ASSERT_EQ(Mask({"--existing", "overwrite"}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "out/0.cutout.png"), "mine");
}

TEST_F(ExistingTest, ADamagedRunFileIsRefusedWithItsRemedy) {
  const std::string run = TextOf(folder_ / "out/run.json");
  WriteFileAtomically(folder_ / "out/run.json", run.substr(0, run.size() / 2));
  ExpectRefused(Mask({}), {"out/run.json was not made by gradcut, or is damaged", "move it away"});
  nlohmann::json newer = nlohmann::json::parse(run);
  newer["made_by"]["version"] = "99.0";
  WriteFileAtomically(folder_ / "out/run.json", newer.dump());
  ExpectRefused(Mask({}), {"out holds a run of gradcut 99.0", "--existing overwrite"});
  EXPECT_TRUE(Results(folder_ / "out") == first_);
}

}  // namespace
}  // namespace gradcut
