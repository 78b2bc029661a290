#include "gradcut/dataset/listing.h"

#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/forbidden.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ListingTest : public ::testing::Test {
 protected:
  void Touch(const fs::path& name) { WriteFileAtomically(folder_ / name, "x"); }
  std::string At(const fs::path& name) const { return (folder_ / name).string(); }

  static Listing List(const std::vector<std::string>& arguments, const fs::path& exclude = {}) {
    return ListInputs(arguments, exclude);
  }
  static std::vector<std::string> Relative(const Listing& listing) {
    std::vector<std::string> names;
    for (const Input& input : listing.inputs) names.push_back(input.relative.string());
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(ListingTest, FolderIsSearchedInBytewiseOrder) {
  for (const char* name : {"b.jpg", "B.jpg", "a/z.png", "a.jpg", "a/deep/er/x.webp"}) Touch(name);
  EXPECT_THAT(Relative(List({folder_.path()})),
              ElementsAre("B.jpg", "a.jpg", "a/deep/er/x.webp", "a/z.png", "b.jpg"));
}

TEST_F(ListingTest, OnlyImageExtensionsInAnyCase) {
  for (const char* name : {"a.JPG", "b.Tiff", "c.txt", "d", "e.jpg.txt", "f.gif"}) Touch(name);
  EXPECT_THAT(Relative(List({folder_.path()})), ElementsAre("a.JPG", "b.Tiff", "f.gif"));
}

TEST_F(ListingTest, RarerExtensionsAreFoundToo) {
  for (const char* name : {"a.pnm", "b.MPO", "c.dib", "d.apng", "e.HIF", "f.heics", "g.avif"})
    Touch(name);
  EXPECT_THAT(List({folder_.path()}).inputs, SizeIs(7));
}

TEST_F(ListingTest, ImagesOfUnreadableKindsAreCounted) {
  for (const char* name : {"a.jpg", "b.NEF", "c.CR2", "sub/d.CR2", "e.jxl", "f.txt", "g.mp4"})
    Touch(name);
  const Listing listing = List({folder_.path(), At("."), At("a.jpg")});
  EXPECT_THAT(Relative(listing), ElementsAre("a.jpg"));
  EXPECT_EQ(DescribeUnreadable(listing),
            "4 files are of kinds that gradcut cannot read: 2 .CR2, 1 .NEF, 1 .jxl");
  Touch("raw/x.dng");
  EXPECT_THAT(ErrorOf([&] { List({At("raw")}); }),
              EndsWith("; 1 file is of a kind that gradcut cannot read: 1 .dng"));
  // By its name it is an input like any other: reading it will tell.
  EXPECT_THAT(Relative(List({At("c.CR2")})), ElementsAre("c.CR2"));
}

TEST_F(ListingTest, HeicBesideAnImageOfItsNameKeepsItsWholeName) {
  for (const char* name : {"1.HEIC", "1.JPG", "2.heic", "sub/1.avif", "sub/1.png"}) Touch(name);
  EXPECT_THAT(Relative(List({folder_.path()})),
              ElementsAre("1.HEIC.HEIC", "1.JPG", "2.heic", "sub/1.avif.avif", "sub/1.png"));
}

TEST_F(ListingTest, PathsLeadToTheFiles) {
  Touch("sub/a.jpg");
  const Listing listing = List({At("")});
  ASSERT_EQ(listing.inputs.size(), 1u);
  EXPECT_EQ(ReadFile(listing.inputs[0].path).size(), 1u);
}

TEST_F(ListingTest, HiddenFilesAndFoldersAreSkipped) {
  for (const char* name : {".a.jpg", ".git/b.jpg", "c.jpg"}) Touch(name);
  EXPECT_THAT(Relative(List({folder_.path()})), ElementsAre("c.jpg"));
}

TEST_F(ListingTest, UnusualNamesWork) {
  const std::string longest = std::string(251, 'n') + ".jpg";
  const std::vector<std::string> names = {"-o.jpg",       "a\nb.jpg", "mit leer.jpg", "#1.jpg",
                                          "größe 日.jpg", longest,    "\xff\xfe.jpg"};
  for (const std::string& name : names) Touch(name);
  EXPECT_THAT(Relative(List({folder_.path()})), ::testing::UnorderedElementsAreArray(names));
}

TEST_F(ListingTest, FolderNamedLikeAnImageIsAFolder) {
  Touch("x.jpg/y.png");
  EXPECT_THAT(Relative(List({folder_.path()})), ElementsAre("x.jpg/y.png"));
  EXPECT_THAT(Relative(List({At("x.jpg")})), ElementsAre("y.png"));
}

TEST_F(ListingTest, LinksAreFollowedWithoutEnd) {
  Touch("real/a.jpg");
  fs::create_symlink(folder_.path(), folder_ / "real/loop");
  fs::create_symlink("real/a.jpg", folder_ / "link.jpg");
  fs::create_symlink("nowhere", folder_ / "broken.jpg");
  const Listing listing = List({folder_.path()});
  EXPECT_THAT(Relative(listing), ElementsAre("broken.jpg", "link.jpg", "real/a.jpg"));
  EXPECT_THAT(listing.problems, IsEmpty());
}

TEST_F(ListingTest, PipesInFoldersAreNoInputs) {
  Touch("a.jpg");
  ASSERT_EQ(::mkfifo(At("pipe.jpg").c_str(), 0600), 0);
  EXPECT_THAT(Relative(List({folder_.path()})), ElementsAre("a.jpg"));
}

TEST_F(ListingTest, UnreadableSubFolderIsAProblemNotAnEnd) {
  Touch("a.jpg");
  Touch("closed/b.jpg");
  const Forbidden forbidden(folder_ / "closed");
  const Listing listing = List({folder_.path()});
  EXPECT_THAT(Relative(listing), ElementsAre("a.jpg"));
  EXPECT_THAT(listing.problems,
              ElementsAre(At("closed") + ": cannot be searched: Permission denied"));
}

TEST_F(ListingTest, FileIsTakenWhateverItsExtension) {
  Touch("photo.dat");
  EXPECT_THAT(Relative(List({At("photo.dat")})), ElementsAre("photo.dat"));
}

TEST_F(ListingTest, SameFileIsTakenOnce) {
  Touch("sub/a.jpg");
  EXPECT_THAT(Relative(List({At("sub/a.jpg"), At("sub/../sub/a.jpg"), At("sub"), At(".")})),
              ElementsAre("a.jpg"));
}

TEST_F(ListingTest, OutputFolderIsNotEntered) {
  Touch("a.jpg");
  Touch("out/a.png");
  EXPECT_THAT(Relative(List({folder_.path()}, folder_ / "out/.")), ElementsAre("a.jpg"));
  EXPECT_THAT(Relative(List({folder_.path()}, folder_ / "later")),
              ElementsAre("a.jpg", "out/a.png"));
  EXPECT_THAT(Relative(List({At("out")}, folder_.path())), ElementsAre("a.png"));
  EXPECT_THAT(ErrorOf([&] { List({At("out")}, folder_ / "out"); }),
              EndsWith("out: is also the output folder, expected another one"));
}

TEST_F(ListingTest, FoldersOfResultsAreLeftOutAndNamedOnce) {
  for (const char* name : {"a.jpg", "sub/b.jpg", "sub/masks/b.png", "sub/masks/deep/c.png",
                           "shard/a.png", "page.files/0.photo.jpg", "other/d.jpg"})
    Touch(name);
  const std::string run = R"({"recipe": {}, "made_by": {}})";
  WriteFileAtomically(folder_ / "sub/masks/run.json", run);
  WriteFileAtomically(folder_ / "shard/run.0-of-2.json", run);
  WriteFileAtomically(folder_ / "page.files/.gradcut", "gradcut made this folder for a test\n");
  WriteFileAtomically(folder_ / "other/run.json", "{}");  // Somebody else's.
  const Listing listing = List({At("."), At("sub")});
  EXPECT_THAT(Relative(listing), ElementsAre("a.jpg", "other/d.jpg", "sub/b.jpg"));
  EXPECT_THAT(listing.left_out,
              ElementsAre(folder_ / "./page.files", folder_ / "./shard", folder_ / "./sub/masks"));
  // Who names the folder wants it.
  EXPECT_THAT(Relative(List({At("sub/masks")})), ElementsAre("b.png", "deep/c.png"));
  fs::remove(folder_ / "a.jpg");
  EXPECT_THAT(ErrorOf([&] { List({At("sub")}, folder_ / "sub/b.jpg"); }), "no error");
  fs::remove(folder_ / "sub/b.jpg");
  EXPECT_THAT(ErrorOf([&] { List({At("sub")}); }),
              HasSubstr("contains no image but those of earlier runs"));
}

TEST_F(ListingTest, ListNamesOneFileALine) {
  WriteFileAtomically(folder_ / "list.txt",
                      "\xef\xbb\xbf"
                      "a.jpg\r\n\n  \n./sub/b c.jpg \t\n#1.jpg\n/abs/d.jpg\n../up/e.jpg\n"
                      "a.jpg\nno newline.png");
  EXPECT_THAT(Relative(List({"@" + At("list.txt")})),
              ElementsAre("a.jpg", "sub/b c.jpg", "#1.jpg", "d.jpg", "e.jpg", "no newline.png"));
}

TEST_F(ListingTest, UselessListsAreErrors) {
  WriteFileAtomically(folder_ / "empty.txt", "\n\r\n");
  WriteFileAtomically(folder_ / "binary.txt", std::string_view("a\0b", 3));
  EXPECT_THAT(ErrorOf([&] { List({"@" + At("empty.txt")}); }),
              EndsWith("empty.txt: lists no file"));
  EXPECT_THAT(ErrorOf([&] { List({"@" + At("binary.txt")}); }), HasSubstr("not a list of paths"));
  EXPECT_THAT(ErrorOf([&] { List({"@" + At("none.txt")}); }), HasSubstr("No such file"));
}

TEST_F(ListingTest, MissingArgumentIsNamed) {
  EXPECT_EQ(ErrorOf([&] { List({At("none.jpg")}); }),
            At("none.jpg") + ": there is no such file or folder");
  EXPECT_EQ(ErrorOf([&] { List({""}); }), "an input path is empty");
}

TEST_F(ListingTest, FolderWithoutImagesIsAnError) {
  Touch("notes.txt");
  EXPECT_THAT(ErrorOf([&] { List({folder_.path()}); }),
              AllOf(HasSubstr(": contains no image; looked for"), HasSubstr(".jpg .jpeg")));
}

TEST_F(ListingTest, NoArgumentsNoInputs) { EXPECT_THAT(List({}).inputs, IsEmpty()); }

}  // namespace
}  // namespace gradcut
