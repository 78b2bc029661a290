#include "gradcut/storage/text.h"

#include "gradcut/storage/bytes.h"
#include "support/error_of.h"
#include "support/forbidden.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gradcut {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Decoded(const std::string& bytes) { return DecodeText(BytesOf(bytes)); }

TEST(TextTest, ByteOrderMarksAreNoText) {
  EXPECT_EQ(Decoded("\xef\xbb\xbfname"), "name");
  EXPECT_EQ(Decoded("\xef\xbb\xbf"), "");
  EXPECT_EQ(Decoded("name\xef\xbb\xbf"), "name\xef\xbb\xbf");
}

TEST(TextTest, Utf16WithAMarkBecomesUtf8) {
  EXPECT_EQ(Decoded("\xff\xfe\x61\0\xe9\0\n\0"s), "a\u00e9\n");
  EXPECT_EQ(Decoded("\xfe\xff\0\x61\0\xe9\0\n"s), "a\u00e9\n");
  EXPECT_EQ(Decoded("\xff\xfe\x3d\xd8\x00\xde\x61\0"s), "\U0001F600\x61");  // A pair.
  EXPECT_EQ(Decoded("\xff\xfe\x3d\xd8\x61\0"s), "\ufffd\x61");              // Half a pair.
  EXPECT_EQ(Decoded("\xff\xfe\x61\0\x62"s), "a");                           // Half a unit.
  EXPECT_EQ(Decoded("\xff\xfe"s), "");
}

TEST(TextTest, OtherBytesAreKept) {
  EXPECT_EQ(Decoded("caf\u00e9"), "caf\u00e9");
  EXPECT_EQ(Decoded("\xe9\xff"), "\xe9\xff");  // Latin-1
}

TEST(TextTest, LinesEndAsOnAnySystem) {
  const TemporaryFolder folder;
  const auto lines_of = [&](const std::string& bytes) {
    WriteFileAtomically(folder / "list.txt", bytes);
    return ReadLines(folder / "list.txt");
  };
  EXPECT_THAT(lines_of("a\nb c \t\n\nd"), ElementsAre("a", "b c", "", "d"));
  EXPECT_THAT(lines_of("\xef\xbb\xbf\x61\r\nb\r\n"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("\xff\xfe\x61\0\r\0\n\0\x62\0"s), ElementsAre("a", "b"));
}

TEST(TextTest, RawLinesAreAsTheyStand) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "log.jsonl", "\xef\xbb\xbf{} \r\n\nhalf");
  std::vector<std::string> lines;
  const auto take = [&](const std::string& line) { lines.push_back(line); };
  EXPECT_TRUE(ForEachRawLine(folder / "log.jsonl", take));
  EXPECT_THAT(lines, ElementsAre("\xef\xbb\xbf{} \r", "", "half"));
  EXPECT_FALSE(ForEachRawLine(folder / "none.jsonl", take));
}

TEST(TextTest, RawLinesThatCannotBeReadAreAnError) {
  const TemporaryFolder folder;
  const auto read = [&] { ForEachRawLine(folder / "log.jsonl", [](const std::string&) {}); };
  std::filesystem::create_directory(folder / "log.jsonl");  // It opens, and reading fails.
  EXPECT_THAT(ErrorOf(read), HasSubstr("log.jsonl: cannot be read to its end"));
  std::filesystem::remove(folder / "log.jsonl");
  WriteFileAtomically(folder / "log.jsonl", "{}\n");
  const Forbidden forbidden(folder / "log.jsonl");
  EXPECT_THAT(ErrorOf(read), HasSubstr("log.jsonl: cannot be opened: Permission denied"));
}

TEST(TextTest, NamesThatLookTheSameAreTheSame) {
  EXPECT_EQ(ComposedName("Mu\u0308ller"), ComposedName("M\u00fcller"));
  EXPECT_EQ(ComposedName("\u1112\u1161\u11ab"), "\ud55c");
  EXPECT_EQ(ComposedName("a/b 1.png"), "a/b 1.png");
  EXPECT_EQ(ComposedName("\xff\xfe"), "\xff\xfe");
}

}  // namespace
}  // namespace gradcut
