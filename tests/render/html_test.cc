#include "gradcut/render/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

using ::testing::HasSubstr;

TEST(EscapedTest, TextIsNeverMarkup) {
  EXPECT_EQ(Escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(Escaped("größe 日本"), "größe 日本");
  EXPECT_THAT(Escaped("a\nb"), ::testing::Not(HasSubstr("\n")));
}

TEST(HtmlPageTest, FitsPhonesAndTheDark) {
  const std::string page = HtmlPage("<title>", "p { margin: 0; }", "<p>text</p>");
  for (const char* const part :
       {"<!DOCTYPE html>", "width=device-width", "prefers-color-scheme: dark",
        "<title>&lt;title&gt;</title>", "p { margin: 0; }", "<p>text</p>"})
    EXPECT_THAT(page, HasSubstr(part));
}

TEST(HtmlTableTest, CellsAreText) {
  const std::string table = HtmlTable({"a", "b"}, {{"<1>", "2"}, {"3", "4"}});
  EXPECT_THAT(table, HasSubstr("<tr><th>a</th><th>b</th></tr>"));
  EXPECT_THAT(table, HasSubstr("<tr><td>&lt;1&gt;</td><td>2</td></tr>"));
}

TEST(HtmlListTest, NoLinesAreNoList) {
  EXPECT_EQ(HtmlList("title", {}), "");
  EXPECT_EQ(HtmlList("t", {"<a>"}), "<h2>t</h2>\n<ul>\n<li>&lt;a&gt;</li>\n</ul>\n");
  EXPECT_EQ(HtmlList("", {"a"}), "<ul>\n<li>a</li>\n</ul>\n");
}

}  // namespace
}  // namespace gradcut
