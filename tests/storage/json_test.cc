#include "gradcut/storage/json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gradcut {
namespace {

using Json = nlohmann::json;

// With a character that stands for a byte; ends within another one.
const std::string kLatin = "caf\xe9/\x80\xff \U0010fde9 \xc3";

TEST(JsonTest, BytesThatAreNotUtf8ComeBack) {
  const Json value = {{"path", kLatin}, {"files", {"a", kLatin}}, {"area", 0.5}};
  const std::string text = JsonText(value);
  EXPECT_TRUE(Json::accept(text)) << text;
  EXPECT_EQ(ParsedJson(text), value);
  EXPECT_EQ(ParsedJson(JsonText(value, 2)), value);
  EXPECT_EQ(JsonText("\xe9"), "\"\xf4\x8f\xb7\xa9\"") << "U+10FDE9";
}

TEST(JsonTest, WhatIsUtf8StaysAsItIs) {
  for (const char* const name :
       {"", "Grüße", "日本", "\U0010fd7f \U0010fe00 \U0010fffd \U0010ffff"}) {
    EXPECT_EQ(JsonText(name), Json(name).dump());
    EXPECT_EQ(ParsedJson(JsonText(name)), name);
  }
}

TEST(JsonTest, WhatIsNoJsonIsDiscarded) {
  for (const std::string_view text :
       {std::string_view(), std::string_view("{\"a\":"), std::string_view("\"\xf4\x8f\xb7\xa9"),
        std::string_view("\xe9"), std::string_view("{}\0{", 4), std::string_view("{}\0", 3)})
    EXPECT_TRUE(ParsedJson(text).is_discarded()) << text;
}

TEST(JsonTest, DepthIsNoLimit) {
  constexpr std::size_t kDeep = 1'000'000;
  const std::string text =
      std::string(kDeep, '[') + "\"\xf4\x8f\xb7\xa9\"" + std::string(kDeep, ']');
  EXPECT_TRUE(ParsedJson(text).is_array());
}

}  // namespace
}  // namespace gradcut
