#include "gradcut/core/image_length.h"

#include <gtest/gtest.h>

namespace gradcut {
namespace {

TEST(ImageLengthTest, IsPixelsOrAShareOfASide) {
  EXPECT_EQ(ParseImageLength("3"), ImageLength(3));
  EXPECT_EQ(ParseImageLength("0.5%"), ImageLength(0.5, true));
  EXPECT_EQ(ImageLength(3).Pixels(4000), 3);
  EXPECT_EQ(ImageLength(0.5, true).Pixels(4000), 20);
  for (const char* const text : {"3", "0.5%", "0", "12.25"})
    EXPECT_EQ(TextOf(*ParseImageLength(text)), text);
}

TEST(ImageLengthTest, OtherTextsAreNone) {
  for (const char* const text : {"", "%", "3 %", "3px", "-1", "nan", "inf%", "1e999", "+3", "3%%"})
    EXPECT_EQ(ParseImageLength(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gradcut
