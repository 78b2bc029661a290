#include "gradcut/model/class_names.h"

#include "gradcut/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string RefusalOf(const std::string& text) {
  try {
    return "resolved to " + std::to_string(ImageNetClassNames().Resolve(text));
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ImageNetClassNamesTest, HasAllThousandInTheOrderOfTheLogits) {
  const ClassNames& names = ImageNetClassNames();
  ASSERT_EQ(names.size(), 1000);
  EXPECT_EQ(names[0], "tench");
  EXPECT_EQ(names[281], "tabby");
  EXPECT_EQ(names[999], "toilet tissue");
}

TEST(ImageNetClassNamesTest, EveryIndexResolvesToItself) {
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(ImageNetClassNames().Resolve(std::to_string(i)), i);
}

TEST(ImageNetClassNamesTest, AnySynonymResolvesInAnyCase) {
  EXPECT_EQ(ImageNetClassNames().Resolve("tabby cat"), 281);
  EXPECT_EQ(ImageNetClassNames().Resolve("TABBY"), 281);
}

TEST(ImageNetClassNamesTest, IdsAndWholeLinesAreNamesToo) {
  EXPECT_EQ(ImageNetClassNames().Id(282), "n02123159");
  EXPECT_EQ(ImageNetClassNames().Resolve("n02123159"), 282);
  EXPECT_EQ(ImageNetClassNames().Resolve("N02123159"), 282);
  EXPECT_EQ(ImageNetClassNames().Resolve("maillot, tank suit"), 639);
  EXPECT_EQ(ImageNetClassNames().Resolve("golden_retriever"), 207);
  EXPECT_EQ(NumberedClassNames(3).Id(1), "");
}

TEST(ClassNamesTest, NameGoesBeforeIndex) {
  const ClassNames digits({{"2"}, {"1"}, {"x"}});
  EXPECT_EQ(digits.Resolve("1"), 1);
  EXPECT_EQ(digits.Resolve("2"), 0);
  EXPECT_EQ(digits.Resolve("0"), 0);
}

TEST(ImageNetClassNamesTest, WrongNameIsAnsweredWithNearOnes) {
  EXPECT_THAT(RefusalOf("tabyb"), AllOf(HasSubstr("'tabyb'"), HasSubstr("tabby")));
  EXPECT_EQ(RefusalOf("qqqqqqqq"), "no class is named 'qqqqqqqq'");
  EXPECT_THAT(RefusalOf(""), HasSubstr("no class is named ''"));
}

TEST(ImageNetClassNamesTest, NameOfTwoClassesIsAnsweredWithTheirIndices) {
  EXPECT_THAT(RefusalOf("crane"), AllOf(HasSubstr("134"), HasSubstr("517")));
}

TEST(ImageNetClassNamesTest, IndexOutOfRangeIsRefused) {
  EXPECT_THAT(RefusalOf("1000"), HasSubstr("numbered 0 to 999"));
  EXPECT_THAT(RefusalOf("-1"), HasSubstr("numbered 0 to 999"));
  EXPECT_THAT(RefusalOf("99999999999999"), HasSubstr("numbered 0 to 999"));
}

TEST(ClassNamesTest, ClassWithoutANameBreaksTheContract) {
  EXPECT_THROW(ClassNames({{"a"}, {}}), std::invalid_argument);
}

}  // namespace
}  // namespace gradcut
