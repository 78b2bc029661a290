// Tar archives in and out, as the user meets them.
#include "gradcut/dataset/tar_reader.h"
#include "gradcut/dataset/tar_writer.h"
#include "gradcut/storage/bytes.h"
#include "support/photos.h"
#include "support/program.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
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

class TarProgramTest : public ::testing::Test {
 protected:
  TarProgramTest() {
    for (const std::string name : {"sub/0.jpg", "1.png", "2.jpg"})
      SavePhoto(folder_ / "in" / name, name[0]);
    TarWriter tar(folder_ / "in.tar");
    for (const std::string name : {"2.jpg", "sub/0.jpg", "1.png"}) {
      tar.Add(name, ReadFile(folder_ / "in" / name));
      tar.Add(fs::path(name).replace_extension(".cls"), BytesOf("7"));
    }
    tar.Finish();
    EXPECT_EQ(Gradcut({"mask", "in", "-o", "masks", "--save", "mask,cutout"}).status, 0);
  }
  ProgramResult Gradcut(const Arguments& arguments, const std::string& input = "") const {
    return RunProgram(arguments, {.stdin_bytes = input, .folder = folder_.path()});
  }
  // The bytes of each member by its name.
  std::map<std::string, std::string> Members(const fs::path& tar) const {
    std::map<std::string, std::string> members;
    TarReader reader(folder_ / tar);
    while (const auto member = reader.Next()) {
      const std::vector<std::uint8_t> bytes = reader.Read();
      EXPECT_TRUE(members.emplace(member->name, std::string(bytes.begin(), bytes.end())).second);
    }
    return members;
  }
  // That an archive holds what the folder `masks` does, and a line of JSON for each photo.
  void ExpectMasks(const fs::path& tar) const {
    std::map<std::string, std::string> members = Members(tar);
    for (const char* const key : {"sub/0", "1", "2"}) {
      const auto node = members.extract(std::string(key) + ".json");
      ASSERT_FALSE(node.empty()) << key;
      EXPECT_EQ(nlohmann::json::parse(node.mapped()).at("width"), 64);
    }
    EXPECT_TRUE(members == Results(folder_ / "masks"));
  }
  TemporaryFolder folder_;
};

TEST_F(TarProgramTest, AnArchiveIsAFolderOfPhotos) {
  const ProgramResult result = Gradcut({"mask", "in.tar", "-o", "out", "--save", "mask,cutout"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(Results(folder_ / "out") == Results(folder_ / "masks"));
  EXPECT_THAT(ManifestColumn(folder_ / "out", "path"),
              ElementsAre("in.tar/2.jpg", "in.tar/sub/0.jpg", "in.tar/1.png"));
  EXPECT_THAT(Gradcut({"mask", "in.tar", "-o", "out", "--save", "mask,cutout"}).err,
              HasSubstr("0 done, 3 skipped"));
}

TEST_F(TarProgramTest, ResultsOfAPhotoStandTogetherInAnArchive) {
  for (const char* const input : {"in", "in.tar"}) {
    const std::string out = std::string(input) + ".out/masks.tar";
    const ProgramResult result = Gradcut({"mask", input, "-o", out, "--save", "mask,cutout"});
    ASSERT_EQ(result.status, 0) << result.err;
    ExpectMasks(out);
  }
  // WebDataset's keys: what stands before the first dot of a name.
  TarReader reader(folder_ / "in.tar.out/masks.tar");
  std::vector<std::string> names;
  while (const auto member = reader.Next()) names.push_back(member->name);
  EXPECT_THAT(names, ElementsAre("2.png", "2.cutout.png", "2.json", "sub/0.png", "sub/0.cutout.png",
                                 "sub/0.json", "1.png", "1.cutout.png", "1.json"));
  EXPECT_THAT(Manifest(folder_ / "in.tar.out", "manifest.masks.tar.jsonl").size(), 3U);
}

TEST_F(TarProgramTest, JobsDoNotChangeABit) {
  for (const std::string jobs : {"1", "3"})
    ASSERT_EQ(Gradcut({"mask", "in.tar", "-o", jobs + ".d/x.tar", "--jobs", jobs}).status, 0);
  EXPECT_EQ(TextOf(folder_ / "1.d/x.tar"), TextOf(folder_ / "3.d/x.tar"));
}

TEST_F(TarProgramTest, ComesThroughAPipe) {
  const ProgramResult result = Gradcut({"mask", "-", "-o", "out/x.tar", "--save", "mask,cutout"},
                                       TextOf(folder_ / "in.tar"));
  ASSERT_EQ(result.status, 0) << result.err;
  ExpectMasks("out/x.tar");

  const std::string whole = TextOf(folder_ / "in.tar");
  const ProgramResult broken =
      Gradcut({"mask", "-", "-o", "out/y.tar"}, whole.substr(0, whole.size() / 2));
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.err, AllOf(HasSubstr("cut short"), HasSubstr("broke off")));
  EXPECT_FALSE(fs::exists(folder_ / "out/y.tar"));
}

TEST_F(TarProgramTest, AWholeArchiveIsSkippedAnUnfinishedOneMadeAnew) {
  const Arguments mask = {"mask", "in.tar", "-o", "out/x.tar", "--save", "mask,cutout"};
  ASSERT_EQ(Gradcut(mask).status, 0);
  const auto written = fs::last_write_time(folder_ / "out/x.tar");
  EXPECT_THAT(Gradcut(mask).err, AllOf(HasSubstr("is there already"), HasSubstr("3 skipped")));
  EXPECT_EQ(fs::last_write_time(folder_ / "out/x.tar"), written);
  // As kills leave it.
  fs::rename(folder_ / "out/manifest.x.tar.jsonl", folder_ / "out/manifest.x.tar.jsonl.partial");
  EXPECT_THAT(Gradcut(mask).err, HasSubstr("is there already"));
  EXPECT_TRUE(fs::exists(folder_ / "out/manifest.x.tar.jsonl"));
  EXPECT_FALSE(fs::exists(folder_ / "out/manifest.x.tar.jsonl.partial"));
  fs::remove(folder_ / "out/x.tar");
  WriteFileAtomically(folder_ / "out/x.tar.partial", "half");
  ASSERT_EQ(Gradcut(mask).status, 0);
  ExpectMasks("out/x.tar");
  EXPECT_FALSE(fs::exists(folder_ / "out/x.tar.partial"));

  Arguments other = mask;
  other.insert(other.end(), {"--seed", "1"});
  const ProgramResult refused = Gradcut(other);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("another recipe"));
  other[3] = "out/y.tar";
  EXPECT_EQ(Gradcut(other).status, 2) << "archives of a folder are of one recipe";
  other[3] = "out/x.tar";
  other.insert(other.end(), {"--existing", "overwrite"});
  EXPECT_EQ(Gradcut(other).status, 0);
  fs::create_directory(folder_ / "alone");
  WriteFileAtomically(folder_ / "alone/x.tar", "not ours");
  EXPECT_THAT(Gradcut({"mask", "in", "-o", "alone/x.tar"}).err, HasSubstr("says how it was made"));
}

TEST_F(TarProgramTest, AnArchiveIsNotReplacedByThatOfOtherInputs) {
  ASSERT_EQ(Gradcut({"mask", "in/1.png", "-o", "out/x.tar"}).status, 0);
  const std::string made = TextOf(folder_ / "out/x.tar");
  for (const Arguments& other : {Arguments{"in"}, Arguments{"in/1.png", "--save", "mask,cutout"},
                                 Arguments{"in/1.png", "--shard", "0/2"}, Arguments{"-"}}) {
    Arguments mask = {"mask", "-o", "out/x.tar"};
    mask.insert(mask.end(), other.begin(), other.end());
    const ProgramResult result = Gradcut(mask, TextOf(folder_ / "in.tar"));
    EXPECT_EQ(result.status, 2) << other.front();
    EXPECT_THAT(result.err, HasSubstr("out/x.tar exists, and is not known to be of the same"));
    EXPECT_TRUE(TextOf(folder_ / "out/x.tar") == made);
  }
  SavePhoto(folder_ / "in/1.png", 7);
  ASSERT_EQ(Gradcut({"mask", "in/1.png", "-o", "out/x.tar"}).status, 0);
  EXPECT_FALSE(TextOf(folder_ / "out/x.tar") == made);
}

TEST_F(TarProgramTest, AnArchiveIsMadeAnewWhenWhatBelongsToItsMembersChanges) {
  const Arguments cutout = {"cutout", "in.tar", "masks", "-o", "out/x.tar"};
  ASSERT_EQ(Gradcut(cutout).status, 0);
  EXPECT_THAT(Gradcut(cutout).err, HasSubstr("is there already"));
  fs::copy_file(folder_ / "masks/2.png", folder_ / "masks/1.png",
                fs::copy_options::overwrite_existing);
  EXPECT_THAT(Gradcut(cutout).err, HasSubstr("3 done"));

  WriteFileAtomically(
      folder_ / "hints.jsonl",
      R"({"path": "1.png", "boxes": [{"x": 20, "y": 10, "width": 24, "height": 20}]})"
      "\n");
  ASSERT_EQ(Gradcut({"mask", "in.tar", "-o", "hinted", "--hints", "hints.jsonl"}).status, 0);
  const ProgramResult result =
      Gradcut({"mask", "in.tar", "-o", "hinted.d/x.tar", "--hints", "hints.jsonl"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Members("hinted.d/x.tar").at("1.png"), TextOf(folder_ / "hinted/1.png"));
}

TEST_F(TarProgramTest, NothingIsWrittenWhereNoPhotoCame) {
  TarWriter tar(folder_ / "text.tar");
  tar.Add("a.txt", BytesOf("no photo"));
  tar.Finish();
  for (const std::string out : {"out", "out/x.tar"}) {
    const ProgramResult result = Gradcut({"mask", "text.tar", "-o", out});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("text.tar: holds no image"));
  }
  EXPECT_EQ(Gradcut({"mask", "-", "-o", "out/x.tar"}, "no archive").status, 1);
  EXPECT_FALSE(fs::exists(folder_ / "out/x.tar"));
}

TEST_F(TarProgramTest, NamesMayBeAnyBytes) {
  fs::rename(folder_ / "in/2.jpg", folder_ / "in/2\xff.jpg");
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "out/x.tar"}).status, 0);
  EXPECT_EQ(Members("out/x.tar").at("2\xff.png"), TextOf(folder_ / "masks/2.png"));
}

TEST_F(TarProgramTest, BadMembersFailAndTheRestIsDone) {
  {
    TarWriter tar(folder_ / "bad.tar");
    tar.Add("1.png", ReadFile(folder_ / "in/1.png"));
    tar.Add("broken.jpg", ReadFile(folder_ / "in/1.png", 1 << 20));
    tar.Add("../out.png", ReadFile(folder_ / "in/1.png"));
    tar.Add("1.png", ReadFile(folder_ / "in/1.png"));
    tar.Add("2.jpg", ReadFile(folder_ / "in/2.jpg"));
    tar.Finish();
  }
  const std::string whole = TextOf(folder_ / "bad.tar");
  WriteFileAtomically(folder_ / "bad.tar", whole.substr(0, whole.size() - 1600));
  for (const char* const out : {"folder", "tars/x.tar"}) {
    const ProgramResult result = Gradcut({"mask", "bad.tar", "-o", out});
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("leads out of the archive"),
                                  HasSubstr("the first one counts"), HasSubstr("cut short")));
  }
  EXPECT_THAT(Gradcut({"mask", "bad.tar", "-o", "tars/x.tar"}).err,
              HasSubstr("without what failed; --existing overwrite makes it anew"));
  EXPECT_FALSE(fs::exists(folder_ / "out.png"));
  EXPECT_TRUE(TextOf(folder_ / "folder/1.png") == TextOf(folder_ / "masks/1.png"));
  EXPECT_TRUE(Members("tars/x.tar").at("1.png") == TextOf(folder_ / "masks/1.png"));
}

// Found by a fuzzer: a header that libarchive refuses without words.
TEST_F(TarProgramTest, ADamagedArchiveFailsAndTheRestIsDone) {
  fs::copy_file(fs::path(GRADCUT_TEST_DATA).parent_path() / "fuzz/corpus/tar/no-words",
                folder_ / "damaged.tar");
  const ProgramResult result = Gradcut({"mask", "damaged.tar", "in", "-o", "out"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, HasSubstr("damaged.tar: is no tar archive, cut short or damaged: "));
  EXPECT_TRUE(fs::exists(folder_ / "out/1.png"));
}

TEST_F(TarProgramTest, PackedArchivesAreToBeUnpacked) {
  WriteFileAtomically(folder_ / "packed.tar", "\x1f\x8b\x08 and so on");
  fs::copy_file(folder_ / "packed.tar", folder_ / "packed.tar.gz");
  for (const std::string name : {"packed.tar", "packed.tar.gz"})
    EXPECT_THAT(Gradcut({"mask", name, "-o", "out", "-q"}).err,
                HasSubstr("a gzip archive: unpack it, as gunzip does"));
}

TEST_F(TarProgramTest, ArchivesOfShardsAreMerged) {
  for (const std::string shard : {"0", "1"})
    ASSERT_EQ(
        Gradcut({"mask", "in", "-o", "tars/" + shard + ".tar", "--shard", shard + "/2"}).status, 0);
  const ProgramResult merged = Gradcut({"merge", "tars", "-o", "all"});
  EXPECT_EQ(merged.status, 0) << merged.err;
  EXPECT_THAT(merged.err, HasSubstr("3 photos: 3 done"));
  for (const char* const name : {"0.tar", "1.tar"})
    EXPECT_EQ(TextOf(folder_ / "all" / name), TextOf(folder_ / "tars" / name));
  fs::remove(folder_ / "tars/0.tar");
  EXPECT_EQ(Gradcut({"merge", "tars", "-o", "some"}).status, 1);
}

TEST_F(TarProgramTest, ReportsShowPhotosOutOfArchives) {
  ASSERT_EQ(Gradcut({"mask", "in.tar", "-o", "out"}).status, 0);
  const ProgramResult result = RunProgram({"report", "../out"}, {.folder = folder_ / "in"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("warning")));
  ASSERT_EQ(Gradcut({"mask", "in", "-o", "loose"}).status, 0);
  ASSERT_EQ(Gradcut({"report", "loose"}).status, 0);
  std::map<std::string, nlohmann::json> loose;
  for (const nlohmann::json& image : ImagesOfPage(TextOf(folder_ / "loose/report.html")))
    loose[image.at("name").get<std::string>().substr(3)] = image;
  const nlohmann::json images = ImagesOfPage(TextOf(folder_ / "out/report.html"));
  ASSERT_EQ(images.size(), 3U);
  for (const nlohmann::json& image : images) {
    const nlohmann::json& same = loose.at(image.at("name").get<std::string>().substr(7));
    EXPECT_TRUE(image.at("photo") == same.at("photo")) << same["name"];
    EXPECT_EQ(image.at("outline"), same.at("outline"));
  }
}

TEST_F(TarProgramTest, ReportsSayThatMasksInArchivesAreNotShown) {
  ASSERT_EQ(Gradcut({"mask", "in.tar", "-o", "out/x.tar"}).status, 0);
  const ProgramResult result = Gradcut({"report", "out"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("masks that lie in archives are not shown"));
  const std::string page = TextOf(folder_ / "out/report.html");
  EXPECT_THAT(page, HasSubstr("The masks of this run lie in archives"));
  for (const nlohmann::json& image : ImagesOfPage(page)) {
    EXPECT_TRUE(image.contains("photo"));
    EXPECT_FALSE(image.contains("outline"));
  }
}

TEST_F(TarProgramTest, WhatAnArchiveCannotHoldIsRefused) {
  EXPECT_EQ(Gradcut({"mask", "in", "-o", "x.tar", "--watch"}).status, 2);
  EXPECT_EQ(Gradcut({"mask", "in.tar", "-o", "in.tar"}).status, 2) << "reads what it writes";
  ASSERT_EQ(::mkfifo((folder_ / "pipe.tar").c_str(), 0600), 0);
  EXPECT_THAT(Gradcut({"mask", "pipe.tar", "-o", "out"}).err, HasSubstr("give -o FILE.tar"));
}

}  // namespace
}  // namespace gradcut
