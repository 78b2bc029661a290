// The tables that labelling starts from: image-level labels and class maps.
#include "gradcut/dataset/image_labels.h"
#include "gradcut/labels/class_groups.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/photos.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gradcut {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TablesTest : public ::testing::Test {
 protected:
  std::filesystem::path Write(const std::string& text) const {
    WriteFileAtomically(folder_ / "table.tsv", text);
    return folder_ / "table.tsv";
  }
  TemporaryFolder folder_;
};

TEST_F(TablesTest, ImagesAreFoundByStemOrByPath) {
  for (const char* const name : {"a.png", "sub/b.jpg", "c.png"})
    SavePhoto(folder_ / "in" / name, 1);
  const auto images =
      ReadImageLabels(Write("a\tcat dog cat\nsub/b\tcow\r\n\nc.png\n"), folder_ / "in");
  ASSERT_EQ(images.size(), 3u);
  EXPECT_EQ(images[0].path, folder_ / "in/a.png");
  EXPECT_THAT(images[0].classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(images[1].path, folder_ / "in/sub/b.jpg");
  EXPECT_THAT(images[1].classes, ElementsAre("cow"));
  EXPECT_EQ(images[2].path, folder_ / "in/c.png");
  EXPECT_THAT(images[2].classes, IsEmpty());
}

TEST_F(TablesTest, NamesAreFoundHoweverTheirAccentsAreStored) {
  SavePhoto(folder_ / "in/Mu\u0308ller.png", 1);
  SavePhoto(folder_ / "in/\u00e9.png", 1);
  const auto images =
      ReadImageLabels(Write("\xef\xbb\xbfM\u00fcller\tcat\ne\u0301.png\tdog\n"), folder_ / "in");
  ASSERT_EQ(images.size(), 2u);
  EXPECT_EQ(images[0].path, folder_ / "in/Mu\u0308ller.png");
  EXPECT_EQ(images[1].path, folder_ / "in/\u00e9.png");
}

TEST_F(TablesTest, WithoutAFolderNamesArePaths) {
  const auto images = ReadImageLabels(Write("x/y.jpg\tcat\n"));
  EXPECT_EQ(images.at(0).path, "x/y.jpg");
}

TEST_F(TablesTest, AStemIsEnoughWhereItIsTheOnlyOne) {
  for (const char* const name : {"x/a.png", "y/b.png", "z/b.png"})
    SavePhoto(folder_ / "in" / name, 1);
  const auto images = ReadImageLabels(Write("a\tcat\ny/b\tcat\nz/b.png\tdog\n"), folder_ / "in");
  EXPECT_EQ(images.at(0).relative, "x/a.png");
  EXPECT_EQ(images.at(1).relative, "y/b.png");
  EXPECT_EQ(images.at(2).relative, "z/b.png");
  EXPECT_THAT(ErrorOf([&] { ReadImageLabels(Write("b\tcat\n"), folder_ / "in"); }),
              HasSubstr("write which, with its folder"));
}

TEST_F(TablesTest, NamesWithSpacesStandBetweenCommasOrTabs) {
  const auto classes = [&](const std::string& text, const std::vector<std::string>& known = {}) {
    std::vector<std::vector<std::string>> all;
    for (const LabelledImage& image : ReadImageLabels(Write(text), {}, known))
      all.push_back(image.classes);
    return all;
  };
  const auto expected = ElementsAre(ElementsAre("traffic light", "cat"), ElementsAre("stop sign"));
  EXPECT_THAT(classes("a\ttraffic light, cat\nb\tstop sign\n"), expected);
  EXPECT_THAT(classes("a\ttraffic light\tcat\nb\tstop sign\n"), expected);
  EXPECT_THAT(classes("a\ttraffic light\nb\tstop sign\n"),
              ElementsAre(ElementsAre("traffic", "light"), ElementsAre("stop", "sign")));
  // Where the names are known, they tell themselves.
  const std::vector<std::string> known = {"cat", "light", "traffic light", "stop sign"};
  EXPECT_THAT(classes("a\ttraffic light cat\nb\tstop sign\n", known), expected);
  EXPECT_THAT(classes("a\ttraffic light cat\nb\tstop sign,\n", known), expected);
  EXPECT_THAT(classes("a\tlight cat\n", known), ElementsAre(ElementsAre("light", "cat")));
  EXPECT_THAT(classes("a\ttraffic cat\n", known), ElementsAre(ElementsAre("traffic", "cat")));
}

TEST_F(TablesTest, WhatIsWrongIsNamedWithItsLine) {
  SavePhoto(folder_ / "in/a.png", 1);
  SavePhoto(folder_ / "in/a.jpg", 1);
  SavePhoto(folder_ / "in/b.png", 1);
  const auto error = [&](const std::string& text) {
    return ErrorOf([&] { ReadImageLabels(Write(text), folder_ / "in"); });
  };
  EXPECT_THAT(error("b\tcat\nnone\tcat\n"), HasSubstr("table.tsv:2: 'none' is no image in"));
  EXPECT_THAT(error("a\tcat\n"), HasSubstr("write which"));
  EXPECT_THAT(error("b\tcat\nb\tdog\n"), HasSubstr("table.tsv:2: 'b' stands there twice"));
  EXPECT_THAT(error("\tcat\n"), HasSubstr("table.tsv:1: no image"));
  EXPECT_THAT(error("\n"), HasSubstr("no image in it"));
}

TEST_F(TablesTest, ClassMapsHaveIndicesAndRanges) {
  const ClassGroups groups = ReadClassMap(Write("cat\t5, 2 7-9\ntraffic light\t0\n"), 10);
  EXPECT_THAT(groups.at("cat"), ElementsAre(2, 5, 7, 8, 9));
  EXPECT_THAT(groups.at("traffic light"), ElementsAre(0));
}

TEST_F(TablesTest, WhatIsWrongInAClassMapIsNamedWithItsLine) {
  const auto error = [&](const std::string& text) {
    return ErrorOf([&] { ReadClassMap(Write(text), 10); });
  };
  EXPECT_THAT(error("cat\t1\ndog\n"), HasSubstr("table.tsv:2: expected a name, a tab"));
  EXPECT_THAT(error("cat\t10\n"), HasSubstr("numbered 0 to 9"));
  EXPECT_THAT(error("cat\t3-x\n"), HasSubstr("'3-x'"));
  EXPECT_THAT(error("cat\t4-3\n"), HasSubstr("empty"));
  EXPECT_THAT(error("cat\t-3\n"), HasSubstr("'-3'"));
  EXPECT_THAT(error("cat\t,\n"), HasSubstr("no index"));
  EXPECT_THAT(error("cat\t1\ncat\t2\n"), HasSubstr("twice"));
}

TEST_F(TablesTest, TheVocMapHasTwentyClassesThatShareNoIndex) {
  std::set<int> seen;
  for (const auto& [name, group] : VocClassGroups())
    for (const int index : group) EXPECT_TRUE(seen.insert(index).second) << name << " " << index;
  EXPECT_EQ(VocClassGroups().size(), 20u);
  const ClassNames& names = ImageNetClassNames();
  EXPECT_THAT(VocClassGroups().at("cat"), ::testing::Contains(names.Resolve("Siamese cat")));
  EXPECT_THAT(VocClassGroups().at("bus"), ::testing::Contains(names.Resolve("school bus")));
  EXPECT_THAT(VocClassGroups().at("dog"), ::testing::Contains(names.Resolve("pug")));
  EXPECT_EQ(VocClassGroups().at("dog").size(), 118u);
}

TEST_F(TablesTest, AClassOutsideTheMapIsLookedForByName) {
  const ClassNames& names = ImageNetClassNames();
  EXPECT_THAT(GroupOf("tabby", {}, names), ElementsAre(281));
  EXPECT_THAT(GroupOf("traffic_light", {}, names), ElementsAre(920));
  EXPECT_THAT(GroupOf("n02123045", {}, names), ElementsAre(281));
  EXPECT_THAT(GroupOf("cat", {{"cat", {1, 2}}}, names), ElementsAre(1, 2));
  EXPECT_THAT(GroupOf("Cat", {{"cat", {1, 2}}}, names), ElementsAre(1, 2));
  EXPECT_THAT(GroupOf("Cat", {{"cat", {1, 2}}, {"Cat", {3}}}, names), ElementsAre(3));
  EXPECT_THAT(GroupOf("no such thing", {}, names), IsEmpty());
  EXPECT_THAT(GroupOf("7", {}, names), IsEmpty());  // A class of that name, not ImageNet's 7th.
}

TEST_F(TablesTest, GroupTextIsWhatClassMapsHold) {
  EXPECT_EQ(GroupText({7}), "7");
  EXPECT_EQ(GroupText({1, 2, 4, 5, 6, 9}), "1 2 4-6 9");
  for (const auto& [name, group] : VocClassGroups())
    EXPECT_EQ(ReadClassMap(Write("x\t" + GroupText(group) + "\n"), 1000).at("x"), group) << name;
}

std::vector<int> Meant(const std::string& text) {
  return ClassesMeant(text, VocClassGroups(), ImageNetClassNames());
}

TEST(ClassesMeantTest, NamesInAnyCaseIdsIndicesAndRanges) {
  EXPECT_THAT(Meant("Cat"), ElementsAre(281, 282, 283, 284, 285));
  EXPECT_EQ(Meant("cat"), Meant("CAT"));
  EXPECT_EQ(Meant("281-285"), Meant("cat"));
  EXPECT_THAT(Meant("n02123045"), ElementsAre(281));
  EXPECT_THAT(Meant("Golden_Retriever"), ElementsAre(207));
  EXPECT_THAT(Meant(" 7 "), ElementsAre(7));
}

TEST(ClassesMeantTest, SeveralWithCommas) {
  EXPECT_THAT(Meant("aeroplane,tabby, n02123159,3,5-6"),
              ElementsAre(3, 5, 6, 281, 282, 404, 895, 908));
  EXPECT_THAT(Meant("tabby,281,TABBY"), ElementsAre(281));
}

TEST(ClassesMeantTest, NamesMayHoldCommas) {
  EXPECT_THAT(Meant("maillot, tank suit"), ElementsAre(639));
  EXPECT_THAT(Meant("tench, Tinca tinca"), ElementsAre(0));
  EXPECT_THAT(Meant("7,maillot, tank suit,tabby"), ElementsAre(7, 281, 639));
  const ClassNames own({{"red,big"}, {"red"}, {"big"}, {"1-2"}});
  EXPECT_THAT(ClassesMeant("red,big", {}, own), ElementsAre(0));
  EXPECT_THAT(ClassesMeant("big,red", {}, own), ElementsAre(1, 2));
  EXPECT_THAT(ClassesMeant("red,big,red", {}, own), ElementsAre(0, 1));
  EXPECT_THAT(ClassesMeant("1-2", {}, own), ElementsAre(3));
  EXPECT_THAT(ClassesMeant("0-1", {}, own), ElementsAre(0, 1));
}

TEST(ClassesMeantTest, WhatIsNotUnderstoodIsNamedWithNearGroupsAndClasses) {
  const auto error = [](const std::string& text) { return ErrorOf([&] { Meant(text); }); };
  EXPECT_THAT(error("tabby,hores"), HasSubstr("'hores'; did you mean horse"));
  EXPECT_THAT(error("egyptian cta"), HasSubstr("did you mean Egyptian cat"));
  EXPECT_THAT(error("qqqqqqqq"), HasSubstr("`gradcut models classes` lists them"));
  EXPECT_THAT(error("crane"), HasSubstr("134 (crane); 517 (crane)"));
  EXPECT_THAT(error("998-1000"), HasSubstr("numbered 0 to 999"));
  EXPECT_THAT(error("99999999999"), HasSubstr("numbered 0 to 999"));
  EXPECT_THAT(error("5-3"), HasSubstr("the range is empty"));
  for (const char* const text : {"", " ", "cat,", ",cat", "cat,,dog"})
    EXPECT_THAT(error(text), HasSubstr("no class is named ''")) << text;
  const ClassGroups alike = {{"Cat", {1}}, {"CAT", {2}}};
  EXPECT_THAT(ErrorOf([&] { ClassesMeant("cat", alike, ImageNetClassNames()); }),
              HasSubstr("several groups"));
}

}  // namespace
}  // namespace gradcut
