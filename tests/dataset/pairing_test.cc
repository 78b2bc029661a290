#include "gradcut/dataset/pairing.h"

#include "gradcut/storage/file.h"
#include "gradcut/storage/owned_folder.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PairingTest : public ::testing::Test {
 protected:
  // Empty files: pairing looks at names only.
  void Touch(std::initializer_list<const char*> names) {
    for (const char* name : names) WriteFileAtomically(folder_ / name, std::string_view());
  }

  PairingOptions Options() const {
    return {.predictions = folder_ / "pred", .truth = folder_ / "gt"};
  }

  // "key=prediction" with the prediction's path below its folder; "key=" if it has none.
  std::vector<std::string> Pairs(const PairingOptions& options) const {
    std::vector<std::string> pairs;
    for (const Pair& pair : FindPairs(options).pairs)
      pairs.push_back(pair.key + "=" +
                      (pair.prediction.empty()
                           ? ""
                           : pair.prediction.lexically_relative(options.predictions).string()));
    return pairs;
  }

  TemporaryFolder folder_;
};

TEST_F(PairingTest, RelativePathAndStemDecide) {
  Touch({"gt/a.png", "gt/sub/a.png", "gt/b.png", "pred/a.jpg", "pred/sub/a.PNG", "pred/c.png"});
  EXPECT_THAT(Pairs(Options()), ElementsAre("a=a.jpg", "b=", "sub/a=sub/a.PNG"));
}

TEST_F(PairingTest, PhotosArePairedWithTheirTruth) {
  Touch({"gt/a.png", "gt/b.png", "gt/c.png", "pred/a.jpg", "pred/a.png", "pred/b.npy",
         "pred/c.HEIC"});
  PairingOptions options = Options();
  options.kind = PredictionKind::kPhotos;
  EXPECT_THAT(Pairs(options), ElementsAre("a=a.jpg", "b=", "c=c.HEIC"));
}

TEST_F(PairingTest, PhotosOfADevkitAreInItsOwnFolder) {
  Touch({"gt/SegmentationClass/a.png", "gt/JPEGImages/a.jpg", "gt/JPEGImages/b.jpg"});
  const PairingOptions options = {
      .predictions = folder_ / "gt", .truth = folder_ / "gt", .kind = PredictionKind::kPhotos};
  EXPECT_THAT(Pairs(options), ElementsAre("a=JPEGImages/a.jpg"));
}

TEST_F(PairingTest, WhatIsSavedBesideAMaskIsNoMask) {
  Touch({"gt/a.png", "pred/a.png", "pred/a.heatmap.png", "pred/a.overlay.jpg", "pred/a.cutout.png",
         "pred/a.probability.npy", "pred/run.json", "pred/manifest.jsonl"});
  EXPECT_THAT(Pairs(Options()), ElementsAre("a=a.png"));
  PairingOptions swapped = Options();
  std::swap(swapped.truth, swapped.predictions);
  EXPECT_THAT(Pairs(swapped), ElementsAre("a=a.png"));
}

TEST_F(PairingTest, PicturesThatWereMadeForAPageAreNoMasks) {
  Touch({"gt/a.png", "pred/a.png", "pred/report.files/0.photo.0123.jpg", "pred/b/c.png"});
  OwnedFolder(folder_ / "pred/report.files", "the pictures of report.html", R"(.*\.jpg)").Claim();
  EXPECT_THAT(FindPairs(Options()).extra, ElementsAre("b/c"));
}

TEST_F(PairingTest, CutOutServesWhereThereIsNoMask) {
  Touch({"gt/a.png", "pred/a.cutout.png", "pred/a.overlay.jpg"});
  EXPECT_THAT(Pairs(Options()), ElementsAre("a=a.cutout.png"));
}

TEST_F(PairingTest, HeatMapsAreArraysFirst) {
  Touch({"gt/a.png", "gt/b.png", "gt/c.png", "pred/a.png", "pred/a.npy", "pred/b.png",
         "pred/b.probability.npy", "pred/b.heatmap.png", "pred/c.png"});
  PairingOptions options = Options();
  options.kind = PredictionKind::kHeatMaps;
  EXPECT_THAT(Pairs(options), ElementsAre("a=a.npy", "b=b.probability.npy", "c=c.png"));
}

TEST_F(PairingTest, StemAloneDecidesOnlyWhereItIsUnique) {
  Touch({"gt/a.png", "gt/x/b.png", "gt/y/b.png", "gt/c.png", "pred/images/a.png", "pred/z/b.png",
         "pred/1/c.png", "pred/2/c.png"});
  EXPECT_THAT(Pairs(Options()), ElementsAre("a=images/a.png", "c=", "x/b=", "y/b="));
}

TEST_F(PairingTest, TwoFilesArePairedWhateverTheirNames) {
  Touch({"gt/a.png", "pred/b.png"});
  const Pairing pairing =
      FindPairs({.predictions = folder_ / "pred/b.png", .truth = folder_ / "gt/a.png"});
  ASSERT_EQ(pairing.pairs.size(), 1);
  EXPECT_EQ(pairing.pairs[0].key, "a");
  EXPECT_EQ(pairing.pairs[0].prediction, folder_ / "pred/b.png");
}

TEST_F(PairingTest, DevkitIsReadByItsSplits) {
  Touch({"gt/SegmentationClass/1.png", "gt/SegmentationClass/2.png", "gt/JPEGImages/1.jpg",
         "pred/1.png", "pred/2.png"});
  WriteFileAtomically(folder_ / "gt/ImageSets/Segmentation/val.txt",
                      std::string_view("2\r\n\n9\n"));
  PairingOptions options = Options();
  EXPECT_TRUE(FindPairs(options).voc);
  EXPECT_THAT(Pairs(options), ElementsAre("1=1.png", "2=2.png"));
  options.split = "val";
  EXPECT_THAT(Pairs(options), ElementsAre("2=2.png"));
  EXPECT_THAT(FindPairs(options).problems, ElementsAre(HasSubstr("names '9'")));
  options.split = "train";
  EXPECT_THAT(ErrorOf([&] { FindPairs(options); }), HasSubstr("--split can be val"));
}

TEST_F(PairingTest, LabelFolderOfAPredictedDevkitIsFound) {
  Touch({"gt/SegmentationClass/1.png", "pred/SegmentationClass/1.png"});
  EXPECT_THAT(Pairs(Options()), ElementsAre("1=SegmentationClass/1.png"));
}

TEST_F(PairingTest, ListRestrictsToKeysAndFileNames) {
  Touch({"gt/a.png", "gt/b.png", "gt/sub/c.png", "pred/a.png", "pred/b.png", "pred/sub/c.png"});
  WriteFileAtomically(folder_ / "list.txt", std::string_view("sub/c.jpg\na\na\nnone\n"));
  PairingOptions options = Options();
  options.list = folder_ / "list.txt";
  EXPECT_THAT(Pairs(options), ElementsAre("a=a.png", "sub/c=sub/c.png"));
  EXPECT_THAT(FindPairs(options).problems, ElementsAre(HasSubstr("names 'none'")));
}

TEST_F(PairingTest, ListMayHoldPathsOfOtherFoldersAndFurtherColumns) {
  Touch({"gt/2007_1.png", "gt/2007_2.png", "gt/sub/c d.png", "pred/2007_1.png", "pred/2007_2.png",
         "pred/sub/c d.png"});
  PairingOptions options = Options();
  options.list = folder_ / "list.txt";
  const auto pairs_of = [&](std::string_view list) {
    WriteFileAtomically(options.list, list);
    EXPECT_THAT(FindPairs(options).problems, IsEmpty());
    return Pairs(options);
  };
  EXPECT_THAT(pairs_of("/JPEGImages/2007_1.jpg /SegmentationClassAug/2007_1.png\n"),
              ElementsAre("2007_1=2007_1.png"));
  EXPECT_THAT(pairs_of("images\\sub\\c d.jpg\r\n"), ElementsAre("sub/c d=sub/c d.png"));
  EXPECT_THAT(pairs_of("2007_1 -1\n2007_2  1\nother -1\n"), ElementsAre("2007_2=2007_2.png"));
  EXPECT_THAT(pairs_of("\xef\xbb\xbf\x32\x30\x30\x37_1\n"), ElementsAre("2007_1=2007_1.png"));
}

TEST_F(PairingTest, AccentsMayBeStoredInEitherWay) {
  Touch({"gt/M\u00fcller.png", "gt/sub/e\u0301.png", "pred/Mu\u0308ller.png", "pred/x/\u00e9.png"});
  EXPECT_THAT(Pairs(Options()),
              ElementsAre("M\u00fcller=Mu\u0308ller.png", "sub/\u00e9=x/\u00e9.png"));
  Touch({"pred/M\u00fcller.png"});
  EXPECT_THAT(ErrorOf([&] { FindPairs(Options()); }),
              AllOf(HasSubstr("Mu\u0308ller.png"), HasSubstr("M\u00fcller.png"),
                    HasSubstr("are two files for one name")));
}

TEST_F(PairingTest, SuffixIsNoPartOfNames) {
  Touch({"gt/a_gt.png", "gt/a_color.png", "gt/b_gt.png", "pred/a.png", "pred/b_mask.png"});
  PairingOptions options = Options();
  options.name_ends = {"_gt"};
  EXPECT_THAT(Pairs(options), ElementsAre("a=a.png", "b="));
  options.name_ends = {"_gt", "_mask"};
  EXPECT_THAT(Pairs(options), ElementsAre("a=", "b=b_mask.png"));
}

TEST_F(PairingTest, NothingThatPairsNamesOneOfEachSideAndTheRemedy) {
  Touch({"gt/a.png", "gt/b.png", "pred/a_mask.png", "pred/b_mask.png"});
  EXPECT_THAT(ErrorOf([&] { FindPairs(Options()); }),
              AllOf(HasSubstr("pred: holds no mask for "), HasSubstr("pred/a_mask.png, but a"),
                    HasSubstr("--suffix _mask pairs 2")));
  fs::remove_all(folder_ / "pred");
  Touch({"pred/a.probability.npy"});
  EXPECT_THAT(ErrorOf([&] { FindPairs(Options()); }), HasSubstr("--heatmap scores them"));
  fs::remove_all(folder_ / "pred");
  Touch({"pred/a.gif", "pred/b.GIF", "pred/c.npz"});
  EXPECT_THAT(
      ErrorOf([&] { FindPairs(Options()); }),
      HasSubstr("pred: holds only files of kinds that cannot be read here, 2 .gif, 1 .npz: convert "
                "them to PNG"));
  fs::remove_all(folder_ / "gt");
  Touch({"gt/a.gif"});
  EXPECT_THAT(ErrorOf([&] { FindPairs(Options()); }),
              HasSubstr("gt: holds only files of kinds that cannot be read here, 1 .gif: convert"));
}

TEST_F(PairingTest, FilesThatAreLeftOverAreTold) {
  Touch({"gt/a.png", "gt/b.png", "gt/c.gif", "pred/a.png", "pred/b.gif", "pred/c.png",
         "pred/a.overlay.jpg", "pred/d.png", "gt/notes.txt"});
  const Pairing pairing = FindPairs(Options());
  EXPECT_THAT(pairing.extra, ElementsAre("c", "d"));
  EXPECT_THAT(pairing.warnings, ElementsAre(HasSubstr("gt/c.gif: of a kind that is not read"),
                                            HasSubstr("pred/b.gif: of a kind that is not read")));
}

TEST_F(PairingTest, CompanionsAreFoundByTheSameRule) {
  Touch({"maps/Mu\u0308ller.npy", "maps/x/b.png", "maps/c.npy"});
  const std::vector<fs::path> images = {"M\u00fcller.jpg", "b.jpg", "1/c.jpg", "2/c.jpg"};
  const auto files = FindCompanions(images, folder_ / "maps", PredictionKind::kHeatMaps).files;
  EXPECT_THAT(files, ElementsAre(folder_ / "maps/Mu\u0308ller.npy", folder_ / "maps/x/b.png",
                                 fs::path(), fs::path()));
  const std::vector<fs::path> others = {"e.jpg"};
  EXPECT_THAT(ErrorOf([&] { FindCompanions(others, folder_ / "maps", PredictionKind::kHeatMaps); }),
              HasSubstr("maps: holds no heat map for the images: for instance "));
}

TEST_F(PairingTest, CircleOfLinksEnds) {
  Touch({"gt/a.png", "pred/a.png"});
  fs::create_directory_symlink(folder_ / "pred", folder_ / "pred/loop");
  fs::create_directory_symlink(folder_ / "gt", folder_ / "gt/loop");
  EXPECT_THAT(Pairs(Options()), ElementsAre("a=a.png"));
}

TEST_F(PairingTest, WhatIsMissingIsNamed) {
  Touch({"gt/a.png", "empty/notes.txt"});
  EXPECT_THAT(ErrorOf([&] { FindPairs(Options()); }), HasSubstr("pred: there is no such"));
  fs::create_directory(folder_ / "pred");
  PairingOptions options = Options();
  options.truth = folder_ / "empty";
  EXPECT_THAT(ErrorOf([&] { FindPairs(options); }), HasSubstr("empty: holds no truth"));
  options = Options();
  options.split = "val";
  EXPECT_THAT(ErrorOf([&] { FindPairs(options); }), HasSubstr("--split needs a VOC devkit"));
  options = Options();
  options.list = folder_ / "none.txt";
  EXPECT_THAT(ErrorOf([&] { FindPairs(options); }), HasSubstr("none.txt"));
}

}  // namespace
}  // namespace gradcut
