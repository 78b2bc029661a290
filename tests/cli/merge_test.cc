// Shards and `gradcut merge` as the user meets them: together they are one run, to the last byte.
#include "gradcut/dataset/tar_writer.h"
#include "gradcut/image/image_io.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

constexpr int kPhotos = 6;

class MergeTest : public ::testing::Test {
 protected:
  MergeTest() {
    for (int i = 0; i < kPhotos; ++i) {
      SavePhoto(folder_ / "in" / (std::to_string(i) + ".png"), i);
      cv::Mat red;  // The disc is bright in red.
      cv::extractChannel(Photo(i), red, 0);
      WriteFileAtomically(folder_ / "gt" / (std::to_string(i) + ".png"), EncodePng(red > 150));
    }
  }
  ProgramResult Gradcut(const Arguments& arguments) const {
    return RunProgram(arguments, {.folder = folder_.path()});
  }
  // Runs a command whole into `whole`, and in three shards into folders of their own.
  void WholeAndShards(Arguments arguments) const {
    arguments.insert(arguments.end(), {"-o", "whole"});
    const ProgramResult whole = Gradcut(arguments);
    ASSERT_EQ(whole.status, 0) << whole.err;
    for (const char* const shard : {"0", "1", "2"}) {
      arguments.back() = std::string("part") + shard;
      Arguments share = arguments;
      share.insert(share.end(), {"--shard", std::string(shard) + "/3"});
      const ProgramResult part = Gradcut(share);
      ASSERT_EQ(part.status, 0) << part.err;
    }
  }
  void ExpectComplete(const ProgramResult& merged) const {
    EXPECT_EQ(merged.status, 0) << merged.err;
    EXPECT_THAT(merged.err, AllOf(HasSubstr("complete: the results"), Not(HasSubstr("NOT"))));
  }
  std::string Text(const fs::path& file) const { return TextOf(folder_ / file); }
  // As written, but for when and how long.
  std::vector<nlohmann::json> Entries(const fs::path& folder) const {
    std::vector<nlohmann::json> entries = Manifest(folder_ / folder);
    for (nlohmann::json& entry : entries) entry.erase("milliseconds");
    return entries;
  }

  const Arguments parts_ = {"merge", "part0", "part1", "part2", "-o", "all"};
  TemporaryFolder folder_;
};

TEST_F(MergeTest, ShardsAreTheWholeRun) {
  WholeAndShards({"mask", "in", "--save", "mask,probability"});
  ExpectComplete(Gradcut(parts_));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "whole"));
  EXPECT_EQ(Entries("all"), Entries("whole")) << "in the order of a single run";
  const nlohmann::json run = RunJson(folder_ / "all");
  EXPECT_EQ(run.at("recipe"), RunJson(folder_ / "whole").at("recipe"));
  EXPECT_EQ(run.at("totals").at("ok"), kPhotos);
  EXPECT_EQ(run.at("finished"), true);

  // Done again, nothing changes; nor is there anything left for a run of the whole.
  const std::string manifest = Text("all/manifest.jsonl"), run_text = Text("all/run.json");
  ExpectComplete(Gradcut(parts_));
  EXPECT_EQ(Text("all/manifest.jsonl"), manifest);
  EXPECT_EQ(Text("all/run.json"), run_text);
  EXPECT_THAT(Gradcut({"mask", "in", "-o", "all", "--save", "mask,probability"}).err,
              HasSubstr("0 done, 6 skipped"));
}

TEST_F(MergeTest, AllShardsMayHaveFilledOneFolder) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "whole"}).status, 0);
  for (const char* const shard : {"0/2", "1/2"})
    ASSERT_EQ(Gradcut({"mask", "in", "-o", "out", "--shard", shard}).status, 0);
  for (int times = 0; times < 2; ++times) ExpectComplete(Gradcut({"merge", "out", "-o", "out"}));
  EXPECT_TRUE(Results(folder_ / "out") == Results(folder_ / "whole"));
  EXPECT_EQ(Entries("out"), Entries("whole"));
  EXPECT_EQ(Gradcut({"report", "out"}).status, 0);
}

// Of which the JPEG is done: its place is its own all the same.
TEST_F(MergeTest, AHeicBesideItsJpegIsDoneAgainAtItsPlace) {
  const std::string photo = Text("in/1.png");
  SavePhoto(folder_ / "in/x.jpg", 1);
  WriteFileAtomically(folder_ / "in/x.heic", "no photo yet");
  for (const char* const shard : {"0/2", "1/2"})
    Gradcut({"mask", "in", "-o", "out", "--shard", shard});
  ASSERT_EQ(Gradcut({"merge", "out", "-o", "all"}).status, 1);
  EXPECT_THAT(Lines(Text("all/again.txt")),
              ElementsAre((folder_ / "in/x.heic").string() + "\tx.heic.heic"));
  WriteFileAtomically(folder_ / "in/x.heic", photo);
  ASSERT_EQ(Gradcut({"mask", "@all/again.txt", "-o", "rest"}).status, 0);
  ExpectComplete(Gradcut({"merge", "out", "rest", "-o", "all"}));
  EXPECT_TRUE(fs::exists(folder_ / "all/x.png") && fs::exists(folder_ / "all/x.heic.png"));
}

TEST_F(MergeTest, WhatIsMissingFailedOrGoneIsListedAndDoneAgain) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "whole"}).status, 0);
  const std::string photo = Text("in/1.png");
  WriteFileAtomically(folder_ / "in/1.png", "no image");
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "part1", "--shard", "1/2"}).status, 1);
  fs::remove(folder_ / "part1/3.png");
  const Arguments merge = {"merge", "part1", "-o", "all"};
  const ProgramResult merged = Gradcut(merge);
  EXPECT_EQ(merged.status, 1);
  EXPECT_THAT(merged.err, AllOf(HasSubstr("NOT complete"), HasSubstr("1 failed"),
                                HasSubstr("--shard 0/2, --shard 1/2"), HasSubstr("again.txt")));
  const std::string in = fs::canonical(folder_ / "in").string();
  EXPECT_THAT(Lines(Text("all/again.txt")),
              AllOf(Contains(in + "/0.png"), Contains(in + "/1.png"), Contains(in + "/3.png")));
  EXPECT_EQ(RunJson(folder_ / "all").at("finished"), false);

  WriteFileAtomically(folder_ / "in/1.png", photo);
  ASSERT_EQ(Gradcut({"mask", "@all/again.txt", "-o", "rest"}).status, 0);
  ExpectComplete(Gradcut({"merge", "part1", "rest", "-o", "all"}));
  EXPECT_FALSE(fs::exists(folder_ / "all/again.txt"));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "whole"));
}

TEST_F(MergeTest, TheListKeepsThePlacesOfPhotosInFolders) {
  fs::create_directory(folder_ / "in/sub");
  fs::rename(folder_ / "in/0.png", folder_ / "in/sub/0.png");
  fs::rename(folder_ / "in/1.png", folder_ / "in/sub/\t0.png");  // In the last shard, like 0.png.
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "whole"}).status, 0);
  for (const char* const shard : {"0/4", "1/4"})
    ASSERT_EQ(Gradcut({"mask", "in", "-o", "some", "--shard", shard}).status, 0);
  ASSERT_EQ(Gradcut({"merge", "some", "-o", "all"}).status, 1);
  ASSERT_EQ(Gradcut({"mask", "@all/again.txt", "-o", "rest"}).status, 0);
  ExpectComplete(Gradcut({"merge", "some", "rest", "-o", "all"}));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "whole"));
}

TEST_F(MergeTest, MembersOfAnArchiveAreDoneAgainWithIt) {
  fs::create_directory(folder_ / "tars");
  TarWriter tar(folder_ / "tars/a.tar");
  for (const std::string photo : {"0.png", "1.png"})
    tar.Add(photo, ReadFile(folder_ / "in" / photo));
  tar.Finish();
  ASSERT_EQ(Gradcut({"mask", "tars/a.tar", "-o", "whole"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "tars/a.tar", "-o", "some"}).status, 0);
  for (const char* const photo : {"some/0.png", "some/1.png"}) fs::remove(folder_ / photo);
  ASSERT_EQ(Gradcut({"merge", "some", "-o", "all"}).status, 1);
  EXPECT_THAT(Lines(Text("all/again.txt")),
              ElementsAre(fs::canonical(folder_ / "tars/a.tar").string()));
  ASSERT_EQ(Gradcut({"mask", "@all/again.txt", "-o", "rest"}).status, 0);
  ExpectComplete(Gradcut({"merge", "some", "rest", "-o", "all"}));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "whole"));
}

TEST_F(MergeTest, PhotosThatTwoFoldersDidAreTakenOnceIfTheyAreTheSame) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "one"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "in/0.png", "in/1.png", "-o", "two"}).status, 0);
  const Arguments merge = {"merge", "one", "two", "-o", "all"};
  const ProgramResult merged = Gradcut(merge);
  ExpectComplete(merged);
  EXPECT_THAT(merged.err, AllOf(HasSubstr("2 doubled"), HasSubstr("done in several folders")));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "one"));

  WriteFileAtomically(folder_ / "two/1.png", Text("one/0.png"));  // As another machine may.
  const ProgramResult different = Gradcut(merge);
  EXPECT_EQ(different.status, 1);
  EXPECT_THAT(different.err, AllOf(HasSubstr("one/1.png and two/1.png are of one photo and differ"),
                                   HasSubstr("NOT complete")));
  EXPECT_TRUE(Results(folder_ / "all") == Results(folder_ / "one"));
}

TEST_F(MergeTest, OfOnePhotoTheLastRunCounts) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "all"}).status, 0);
  SavePhoto(folder_ / "in/0.png", 17);
  for (const std::string shard : {"0/2", "1/2"})
    ASSERT_EQ(Gradcut({"mask", "in", "-o", "all", "--shard", shard}).status, 0);
  ExpectComplete(Gradcut({"merge", "all", "-o", "all"}));
  EXPECT_EQ(Manifest(folder_ / "all").front().at("sources")[0].at("bytes"),
            fs::file_size(folder_ / "in/0.png"));
}

TEST_F(MergeTest, ShardsThatHaveSavedOtherKindsAreNamed) {
  for (const auto& [shard, save] : {std::pair{"0", "mask,overlay"}, {"1", "mask"}})
    ASSERT_EQ(Gradcut({"mask", "in", "-o", std::string("part") + shard, "--save", save, "--shard",
                       std::string(shard) + "/2"})
                  .status,
              0);
  EXPECT_THAT(Gradcut({"merge", "part0", "part1", "-o", "all"}).err,
              HasSubstr("part0/run.0-of-2.json has saved mask,overlay, and part1/run.1-of-2.json "
                        "mask; give the commands of all shards again with one --save"));
}

TEST_F(MergeTest, WhatDoesNotBelongTogetherIsRefused) {
  SavePhoto(folder_ / "other/0.png", 9);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "one"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "other", "-o", "two"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "three", "--seed", "1"}).status, 0);
  ProgramResult result = Gradcut({"merge", "one", "two", "-o", "all"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("in/0.png"), HasSubstr("other/0.png"), HasSubstr("both became")));
  // The mask of one may have the name of another kind of the other.
  SavePhoto(folder_ / "maps/0.heatmap.png", 9);
  ASSERT_EQ(Gradcut({"mask", "maps", "-o", "four"}).status, 0);
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "five", "--save", "mask,heatmap"}).status, 0);
  EXPECT_THAT(Gradcut({"merge", "four", "five", "-o", "all"}).err,
              HasSubstr("both became 0.heatmap.png"));
  result = Gradcut({"merge", "one", "three", "-o", "all2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("seed is 1 there, 0 here"));
  for (const Arguments& wrong :
       {Arguments{"merge", "in", "-o", "all3"}, Arguments{"merge", "nowhere", "-o", "all3"},
        Arguments{"merge", "in/0.png", "-o", "all3"}})
    EXPECT_EQ(Gradcut(wrong).status, 1);
  EXPECT_EQ(Gradcut({"merge", "one"}).status, 2);
}

TEST_F(MergeTest, FilesThatNoMergeHasBroughtAreNotReplaced) {
  WholeAndShards({"mask", "in"});
  WriteFileAtomically(folder_ / "all/notes.txt", "mine");
  WriteFileAtomically(folder_ / "all/3.png", "mine");
  const ProgramResult refused = Gradcut(parts_);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("all/3.png exists, but no all/run.json says how it was made"));
  EXPECT_EQ(Text("all/3.png"), "mine");
  fs::remove(folder_ / "all/3.png");
  ExpectComplete(Gradcut(parts_));
  ExpectComplete(Gradcut(parts_));
  EXPECT_EQ(Text("all/notes.txt"), "mine");
}

TEST_F(MergeTest, ShardsByPositionOfAnEarlierVersionAreRefused) {
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "out", "--shard", "0/2"}).status, 0);
  const fs::path file = folder_ / "out/run.0-of-2.json";
  nlohmann::json run = nlohmann::json::parse(TextOf(file));
  run.erase("shard");  // As versions before this one wrote it.
  WriteFileAtomically(file, run.dump());
  const ProgramResult result = Gradcut({"mask", "in", "-o", "out", "--shard", "1/2"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("dealt inputs out by their position"));
}

TEST_F(MergeTest, LabelsHaveTheListsOfTheWholeRun) {
  WriteFileAtomically(folder_ / "labels.tsv", "0\tcat\n1\tdog\n2\tcat\n3\tdog\n4\tdog\n5\tcat\n");
  WriteFileAtomically(folder_ / "classes.txt", "nothing\ndog\ncat\n");
  WriteFileAtomically(folder_ / "map.tsv", "cat\t281-285\ndog\t151-268\n");
  WholeAndShards({"label", "--images", "in", "--labels", "labels.tsv", "--classes", "classes.txt",
                  "--class-map", "map.tsv", "--export", "coco", "--rounds", "2"});
  EXPECT_FALSE(fs::exists(folder_ / "part0/train.txt"));
  ExpectComplete(Gradcut(parts_));
  for (const char* const file : {"train.txt", "classes.txt", "annotations.json"})
    EXPECT_EQ(Text(fs::path("all") / file), Text(fs::path("whole") / file)) << file;
}

TEST_F(MergeTest, InstancesAreThoseOfTheWholeRun) {
  WriteFileAtomically(folder_ / "boxes/0.txt", "0 0.5 0.4 0.4 0.6\n");
  WriteFileAtomically(folder_ / "boxes/4.txt", "0 0.5 0.5 0.5 0.6\n");
  WriteFileAtomically(folder_ / "boxes/classes.txt", "ball\n");
  WholeAndShards({"mask", "in", "--hints", "boxes", "--save", "mask,instances"});
  EXPECT_FALSE(fs::exists(folder_ / "part0/instances.json"));
  ExpectComplete(Gradcut(parts_));
  EXPECT_EQ(Text("all/instances.json"), Text("whole/instances.json"));
}

TEST_F(MergeTest, TheTableOfASweepIsThatOfTheWholeRun) {
  WholeAndShards({"tune", "in", "gt", "--preset", "classic", "--sweep", "colour.weight=0,1"});
  EXPECT_FALSE(fs::exists(folder_ / "part0/points.csv"));
  ExpectComplete(Gradcut(parts_));
  for (const char* const file : {"points.csv", "best.toml"})
    EXPECT_EQ(Text(fs::path("all") / file), Text(fs::path("whole") / file)) << file;
  EXPECT_EQ(Gradcut({"merge", "part0", "part2", "-o", "some"}).status, 1);
  EXPECT_FALSE(fs::exists(folder_ / "some/points.csv"));
}

// ---- Counts

class MergeCountsTest : public MergeTest {
 protected:
  MergeCountsTest() {
    for (int i = 0; i < kPhotos; ++i) {  // Some right, some wrong, one missing.
      const std::string name = std::to_string(i);
      cv::Mat heat;
      cv::extractChannel(Photo(i % 4), heat, 0);
      if (i == 3) continue;
      WriteFileAtomically(folder_ / "pred" / (name + ".png"), EncodePng(heat > 100 + 20 * i));
      WriteFileAtomically(folder_ / "heat" / (name + ".png"), EncodePng(heat));
      const cv::Mat labels = (heat > 150) / 255 * (1 + i % 3);
      WriteFileAtomically(folder_ / "classes" / (name + ".png"),
                          EncodeIndexedPng(labels, VocPalette()));
    }
  }

  // Evaluates whole and in shards, of which one holds no image, and merges these.
  void ExpectSame(Arguments eval) const {
    eval.insert(eval.begin(), "eval");
    Arguments whole = eval;
    whole.insert(whole.end(), {"--json", "whole.json", "--counts", "whole.counts.json"});
    ASSERT_EQ(Gradcut(whole).status, 0);
    Arguments merge = {"merge", "-o", "merged"};
    for (int i = 11; i >= 0; --i) {
      const std::string shard = std::to_string(i);
      merge.push_back("counts." + shard + ".json");
      Arguments share = eval;
      share.insert(share.end(), {"--shard", shard + "/12", "--counts", merge.back()});
      ASSERT_EQ(Gradcut(share).status, 0);
    }
    const ProgramResult merged = Gradcut(merge);
    ASSERT_EQ(merged.status, 0) << merged.err;
    EXPECT_EQ(Text("merged/measures.json"), Text("whole.json")) << "to the last digit";
    EXPECT_EQ(Text("merged/counts.json"), Text("whole.counts.json"));
    EXPECT_THAT(merged.out, HasSubstr("images"));

    merge.pop_back();
    const ProgramResult some = Gradcut(merge);
    EXPECT_EQ(some.status, 1);
    EXPECT_THAT(some.err, AllOf(HasSubstr("shard 0/12 are missing"), HasSubstr("NOT complete")));
  }

  // Those in real.json, but for a change.
  void WriteCounts(const char* name, const nlohmann::json& change) {
    nlohmann::json counts = nlohmann::json::parse(Text("real.json"));
    counts.update(change);
    counts.erase("gradcut_counts");  // It comes first.
    WriteFileAtomically(folder_ / name, "{\"gradcut_counts\":2," + counts.dump().substr(1));
  }
};

TEST_F(MergeCountsTest, OfMasks) { ExpectSame({"pred", "gt", "--seed", "3"}); }

TEST_F(MergeCountsTest, OfClasses) {
  for (int i = 0; i < kPhotos; ++i) {
    cv::Mat red;
    cv::extractChannel(Photo(i), red, 0);
    WriteFileAtomically(folder_ / "voc" / (std::to_string(i) + ".png"),
                        EncodeIndexedPng((red > 140) / 255 * (1 + i % 2), VocPalette()));
  }
  ExpectSame({"classes", "voc", "--protocol", "voc"});
}

TEST_F(MergeCountsTest, OfHeatMaps) { ExpectSame({"heat", "gt", "--heatmap"}); }

TEST_F(MergeCountsTest, OfDifferentEvaluationsAreRefused) {
  ASSERT_EQ(Gradcut({"eval", "pred", "gt", "--counts", "a.json"}).status, 0);
  ASSERT_EQ(Gradcut({"eval", "pred", "gt", "--counts", "b.json", "--measures", "region"}).status,
            0);
  ASSERT_EQ(Gradcut({"eval", "pred", "gt", "--counts", "c.json", "--seed", "1"}).status, 0);
  EXPECT_THAT(Gradcut({"merge", "a.json", "b.json", "-o", "m"}).err,
              HasSubstr("b.json: is of another evaluation than a.json: measures"));
  EXPECT_THAT(Gradcut({"merge", "a.json", "c.json", "-o", "m"}).err, HasSubstr("seed"));
  EXPECT_THAT(Gradcut({"merge", "a.json", "a.json", "-o", "m"}).err, HasSubstr("counted twice"));
  const std::string text = Text("a.json");
  WriteFileAtomically(folder_ / "cut.json", text.substr(0, text.size() / 2));
  EXPECT_THAT(Gradcut({"merge", "cut.json", "-o", "m"}).err,
              HasSubstr("cut.json: holds no counts"));
}

TEST_F(MergeCountsTest, DamagedCountsAreRefused) {
  ASSERT_EQ(Gradcut({"eval", "pred", "gt", "--counts", "real.json"}).status, 0);
  for (const char* const change :
       {R"({"counts": [1, 2]})", R"({"counts": [7, 1, 1, 1e50]})", R"({"counts": [-1, 1, 1, 1]})",
        R"({"truth_white": 7})", R"({"prediction_white": null})", R"({"readings": null})",
        R"({"images": [{"key": "0", "missing": false, "values": []}]})",
        R"({"evaluation": {"protocol": 0}})", R"({"shard": {"index": 2, "count": 2}})"}) {
    WriteCounts("damaged.json", nlohmann::json::parse(change));
    EXPECT_THAT(Gradcut({"merge", "damaged.json", "-o", "m"}).err,
                HasSubstr("error: damaged.json: is damaged: "))
        << change;
  }
}

TEST_F(MergeCountsTest, OfManyMissingShardsNotAllAreNamed) {
  ASSERT_EQ(Gradcut({"eval", "pred", "gt", "--counts", "real.json"}).status, 0);
  WriteCounts("one.json", {{"shard", {{"index", 1}, {"count", 1'000'000'000'000}}}});
  const ProgramResult result = Gradcut({"merge", "one.json", "-o", "m"});
  EXPECT_THAT(result.err, AllOf(HasSubstr("shard 0/1000000000000 are missing"),
                                HasSubstr("more shards of 1000000000000 are missing")));
  EXPECT_LT(Lines(result.err).size(), 200U);
}

}  // namespace
}  // namespace gradcut
