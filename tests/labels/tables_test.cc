// Class maps: groups of the classifier's classes.
#include "gradcut/labels/class_groups.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
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
