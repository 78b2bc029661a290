#include "run/entry_text.h"

#include "gradcut/run/manifest.h"

#include <gtest/gtest.h>

namespace gradcut {
namespace {

constexpr char kLine[] =
    R"({"area":0.5,"classes":[{"name":"a, \"b\": }","status":"x"}],"files":[],"note":"\\","status":"ok"})";

TEST(EntryTextTest, ALineStaysAsItIs) {
  EXPECT_EQ(EntryText(kLine).Line(), kLine);
  EXPECT_EQ(EntryText("{}").Line(), "{}");
  EXPECT_EQ(EntryText("").Line(), "{}");
}

TEST(EntryTextTest, NumbersKeepTheirDigits) {
  const char* const line = R"({"area":0.10000000000000000555,"bytes":18446744073709551615})";
  EXPECT_EQ(EntryText(line).Line(), line);
}

TEST(EntryTextTest, ParsesTheFieldsThatAreAskedFor) {
  const EntryText entry(kLine);
  EXPECT_EQ(entry.Parse({"status", "area", "none"}),
            nlohmann::json({{"area", 0.5}, {"status", "ok"}}));
  EXPECT_EQ(entry.Parse({"classes"})["classes"][0]["name"], "a, \"b\": }");
  EXPECT_EQ(EntryText("").Parse({"area"}), nlohmann::json::object());
}

TEST(EntryTextTest, FieldsOfFieldsAreNotItsOwn) {
  const EntryText entry(kLine);
  EXPECT_TRUE(entry.Has("classes"));
  EXPECT_FALSE(entry.Has("name"));
}

TEST(EntryTextTest, SetsAndErasesFields) {
  EntryText entry(kLine);
  entry.Set("status", "skipped");
  entry.Set("order", {0, 1, "a \"b\""});
  entry.Erase("classes");
  entry.Erase("none");
  EXPECT_EQ(entry.Line(),
            R"({"area":0.5,"files":[],"note":"\\","order":[0,1,"a \"b\""],"status":"skipped"})");
}

TEST(EntryTextTest, HoldsWhatIsWrittenAlike) {
  const EntryText entry(R"({"sources":[{"bytes":9}],"width": 64})");
  EXPECT_TRUE(entry.Holds("sources", {{{"bytes", 9}}}));
  EXPECT_FALSE(entry.Holds("sources", {{{"bytes", 8}}}));
  EXPECT_FALSE(entry.Holds("width", 64)) << "JsonLine has no spaces";
  EXPECT_FALSE(entry.Holds("height", nullptr));
}

TEST(EntryTextTest, ReadsWhatOthersWrite) {
  const EntryText entry(R"( { "b" : [ 1 , {"a": 3} ] , "st\u0061tus" : "ok", "b" : 2 } )");
  EXPECT_EQ(entry.Parse({"b", "status"}), nlohmann::json({{"b", 2}, {"status", "ok"}}))
      << "names may have escapes, and what stands last counts";
  EXPECT_EQ(nlohmann::json::parse(entry.Line()), nlohmann::json({{"b", 2}, {"status", "ok"}}));
}

}  // namespace
}  // namespace gradcut
