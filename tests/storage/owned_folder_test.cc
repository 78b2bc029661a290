#include "gradcut/storage/owned_folder.h"

#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OwnedFolderTest : public ::testing::Test {
 protected:
  void Write(const fs::path& name) const { WriteFileAtomically(at_ / name, "x"); }

  TemporaryFolder folder_;
  const fs::path at_ = folder_ / "page.files";
  const OwnedFolder owned_ = OwnedFolder(at_, "the pictures of page.html", R"(\d+\.jpg)");
};

TEST_F(OwnedFolderTest, IsMadeMarkedAndRemoved) {
  owned_.Claim();
  Write("1.jpg");
  Write("2.jpg");
  owned_.Claim();
  EXPECT_THAT(owned_.Files(), ElementsAre("1.jpg", "2.jpg"));
  owned_.KeepOnly({"2.jpg"});
  EXPECT_THAT(owned_.Files(), ElementsAre("2.jpg"));
  owned_.KeepOnly({});
  EXPECT_FALSE(fs::exists(at_));
}

TEST_F(OwnedFolderTest, AnEmptyFolderIsTaken) {
  fs::create_directory(at_);
  EXPECT_EQ(ErrorOf([&] { owned_.Claim(); }), "no error");
}

TEST_F(OwnedFolderTest, FilesOfOthersAreNeverRemovedAndKeepTheFolder) {
  owned_.Claim();
  Write("1.jpg");
  Write("notes.txt");
  fs::create_directory(at_ / "3.jpg");  // Not a file, whatever its name.
  owned_.KeepOnly({});
  EXPECT_FALSE(fs::exists(at_ / "1.jpg"));
  EXPECT_TRUE(fs::exists(at_ / "notes.txt"));
  EXPECT_TRUE(fs::exists(at_ / "3.jpg"));
}

TEST_F(OwnedFolderTest, AForeignFolderIsRefusedAndLeftAlone) {
  Write("notes.txt");
  Write("1.jpg");
  EXPECT_THAT(ErrorOf([&] { owned_.Claim(); }),
              AllOf(HasSubstr(at_.string()), HasSubstr("the pictures of page.html"),
                    HasSubstr("files that gradcut did not write"), HasSubstr("move it away")));
  EXPECT_THAT(owned_.Files(), IsEmpty());
  owned_.KeepOnly({});
  EXPECT_TRUE(fs::exists(at_ / "1.jpg"));
  EXPECT_TRUE(fs::exists(at_ / "notes.txt"));
}

TEST_F(OwnedFolderTest, ThatOfAnotherOwnerIsRefused) {
  OwnedFolder(at_, "the pictures of page.htm", R"(\d+\.jpg)").Claim();
  Write("1.jpg");
  EXPECT_THAT(ErrorOf([&] { owned_.Claim(); }),
              HasSubstr("holds those of the pictures of page.htm;"));
  owned_.KeepOnly({});
  EXPECT_TRUE(fs::exists(at_ / "1.jpg"));
}

TEST_F(OwnedFolderTest, LinksAndFilesAreRefused) {
  fs::create_directory(folder_ / "elsewhere");
  fs::create_directory_symlink("elsewhere", at_);
  EXPECT_THAT(ErrorOf([&] { owned_.Claim(); }), HasSubstr("is something else"));
  fs::remove(at_);
  WriteFileAtomically(at_, "x");
  EXPECT_THAT(ErrorOf([&] { owned_.Claim(); }), HasSubstr("is something else"));
}

// Earlier versions wrote no markers.
TEST_F(OwnedFolderTest, AFolderWithItsOwnersNamesAloneIsTaken) {
  Write("1.jpg");
  EXPECT_EQ(ErrorOf([&] { owned_.Claim(); }), "no error");
  owned_.KeepOnly({});
  EXPECT_FALSE(fs::exists(at_));
}

TEST_F(OwnedFolderTest, MarksAreTold) {
  owned_.Claim();
  EXPECT_TRUE(MarksResults(at_ / ".gradcut"));
  const auto marks = [&](const char* name, const char* text) {
    WriteFileAtomically(folder_ / name, text);
    return MarksResults(folder_ / name);
  };
  EXPECT_TRUE(marks("run.json", R"({"recipe": {}, "made_by": {}})"));
  EXPECT_TRUE(marks("run.1-of-2.json", R"({"recipe": {}, "made_by": {}})"));
  EXPECT_TRUE(marks("manifest.jsonl", "{\"path\": \"a\", \"status\": \"ok\"}\n{\"pa"));
  EXPECT_TRUE(marks("manifest.jsonl.partial", R"({"path": "a", "status": "ok"})"));
  EXPECT_FALSE(marks("run.json", R"({"recipe": {}})"));
  EXPECT_FALSE(marks("manifest.jsonl", "[1]"));
  EXPECT_FALSE(marks(".gradcut", "notes"));
  EXPECT_FALSE(marks("other.json", R"({"recipe": {}, "made_by": {}})"));
}

}  // namespace
}  // namespace gradcut
