// Tar archives, written and read as streams; made by hand where they must be broken.
#include "gradcut/dataset/listing.h"
#include "gradcut/dataset/tar_reader.h"
#include "gradcut/dataset/tar_writer.h"
#include "gradcut/storage/bytes.h"
#include "gradcut/storage/file.h"
#include "support/error_of.h"
#include "support/run_results.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace gradcut {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A header of ustar and the bytes behind it, as POSIX has them.
std::string Member(const std::string& name, const std::string& bytes, char kind = '0',
                   std::uint64_t claimed = 0, const std::string& link = "") {
  std::string block(512, '\0');
  const auto put = [&block](std::size_t at, const std::string& text) {
    std::memcpy(block.data() + at, text.data(), text.size());
  };
  char size[13] = {};
  std::snprintf(size, sizeof(size), "%011llo",
                static_cast<unsigned long long>(claimed > 0 ? claimed : bytes.size()));
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, size);
  put(136, "00000000000");
  put(148, "        ");
  block[156] = kind;
  put(157, link);
  put(257, std::string("ustar\0"
                       "00",
                       8));
  unsigned sum = 0;
  for (const char byte : block) sum += static_cast<unsigned char>(byte);
  char check[9] = {};
  std::snprintf(check, sizeof(check), "%06o", sum);
  put(148, std::string(check, 7) + " ");
  return block + bytes + std::string((512 - bytes.size() % 512) % 512, '\0');
}

const std::string kEnd(1024, '\0');

class TarTest : public ::testing::Test {
 protected:
  fs::path Save(const std::string& bytes) const {
    WriteFileAtomically(folder_ / "x.tar", bytes);
    return folder_ / "x.tar";
  }
  std::vector<Input> List(const std::string& bytes) const {
    const std::vector<std::string> arguments = {Save(bytes).string()};
    return ListInputs(arguments).inputs;
  }
  static std::string TextOfInput(const Input& input) {
    const std::vector<std::uint8_t> bytes = ReadInput(input);
    return {bytes.begin(), bytes.end()};
  }
  TemporaryFolder folder_;
};

TEST_F(TarTest, WhatIsWrittenIsReadInItsOrder) {
  const std::string long_name = std::string(150, 'n') + "/" + std::string(120, 'm') + ".jpg";
  const std::string big(3 << 20, 'b');
  {
    TarWriter writer(folder_ / "sub/out.tar");
    writer.Add("b.jpg", BytesOf("second letter"));
    writer.Add("a/\xc3\xa9.jpg", BytesOf(""));
    writer.Add(long_name, BytesOf(big));
    EXPECT_FALSE(fs::exists(folder_ / "sub/out.tar")) << "not before it is whole";
    writer.Finish();
  }
  EXPECT_THAT(ResultNames(folder_.path()), ElementsAre("sub/out.tar"));
  TarReader reader(folder_ / "sub/out.tar");
  std::vector<std::string> names;
  std::vector<std::size_t> sizes;
  while (const auto member = reader.Next()) {
    names.push_back(member->name);
    sizes.push_back(reader.Read().size());
    EXPECT_EQ(member->problem, "");
  }
  EXPECT_THAT(names, ElementsAre("b.jpg", "a/\xc3\xa9.jpg", long_name));
  EXPECT_THAT(sizes, ElementsAre(13U, 0U, big.size()));
}

TEST_F(TarTest, UnfinishedLeavesNothing) {
  { TarWriter(folder_ / "out.tar").Add("a.png", BytesOf("a")); }
  EXPECT_THAT(ResultNames(folder_.path()), IsEmpty());
}

TEST_F(TarTest, TheSameMembersAreTheSameBytes) {
  for (const char* const name : {"1.tar", "2.tar"}) {
    TarWriter writer(folder_ / name);
    writer.Add("a.png", BytesOf("a"));
    writer.Finish();
  }
  EXPECT_EQ(TextOf(folder_ / "1.tar"), TextOf(folder_ / "2.tar"));
}

TEST_F(TarTest, MembersAreInputsThatAreReadInAnyOrder) {
  const std::vector<Input> inputs =
      List(Member("./sub/", "", '5') + Member("./sub/b.jpg", "bbb") + Member("sub/b.json", "{}") +
           Member("a.PNG", std::string(1000, 'a')) + Member("a.cls", "7") + kEnd);
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[0].relative, "sub/b.jpg");
  EXPECT_EQ(inputs[0].path, folder_ / "x.tar/sub/b.jpg");
  EXPECT_EQ(inputs[1].relative, "a.PNG");
  EXPECT_EQ(TextOfInput(inputs[1]), std::string(1000, 'a'));
  EXPECT_EQ(TextOfInput(inputs[0]), "bbb");
}

TEST_F(TarTest, WhatCannotBeTakenIsAProblemOfItsOwn) {
  const std::vector<Input> inputs = List(
      Member("/etc/a.jpg", "a") + Member("../b.jpg", "b") + Member("c/../../c.jpg", "c") +
      Member("d.jpg", "", '2', 0, "/etc/passwd") + Member("e.jpg", "", '1', 0, "good.jpg") +
      Member("f.jpg", "", '3') + Member("good.jpg", "good") + Member("good.jpg", "again") + kEnd);
  ASSERT_EQ(inputs.size(), 8U);
  for (const int i : {0, 1, 2})
    EXPECT_THAT(inputs[i].problem, HasSubstr("leads out of the archive's folder")) << i;
  for (const int i : {3, 4}) EXPECT_THAT(inputs[i].problem, HasSubstr("is a link")) << i;
  EXPECT_THAT(inputs[5].problem, HasSubstr("neither a file nor a folder"));
  EXPECT_EQ(TextOfInput(inputs[6]), "good");
  EXPECT_THAT(inputs[7].problem, AllOf(HasSubstr("good.jpg"), HasSubstr("first one counts")));
  for (const Input& input : inputs) {
    if (input.problem.empty()) continue;
    EXPECT_EQ(ErrorOf([&] { ReadInput(input); }), input.problem);
  }
}

TEST_F(TarTest, WhereItIsCutShortTheRestIsAProblem) {
  const std::string whole =
      Member("a.jpg", std::string(2000, 'a')) + Member("b.jpg", std::string(2000, 'b')) + kEnd;
  // In the bytes of the second, in its header, between the members, and before the end.
  for (const std::size_t bytes : {4000UL, 2700UL, 2560UL, 5120UL}) {
    const std::vector<Input> inputs = List(whole.substr(0, bytes));
    ASSERT_GE(inputs.size(), 2U) << bytes;
    EXPECT_EQ(TextOfInput(inputs.front()), std::string(2000, 'a')) << bytes;
    EXPECT_THAT(inputs.back().problem, AllOf(HasSubstr("x.tar"), HasSubstr("cut short"))) << bytes;
  }
  EXPECT_EQ(List(whole).size(), 2U);
}

TEST_F(TarTest, SizesThatNoPhotoHasAreNotBelieved) {
  const std::vector<Input> inputs =
      List(Member("bomb.jpg", "x", '0', std::uint64_t{6} << 30) + kEnd);
  ASSERT_GE(inputs.size(), 1U);
  EXPECT_THAT(inputs.front().problem, HasSubstr("more than any photo"));
}

TEST_F(TarTest, WhatIsNoTarIsSaid) {
  EXPECT_THAT(List("no archive, just some words").front().problem, HasSubstr("no tar archive"));
  EXPECT_THAT(ErrorOf([&] { List(Member("a.txt", "a") + kEnd); }), HasSubstr("holds no image"));
  EXPECT_THAT(ErrorOf([&] { TarReader reader(folder_ / "none.tar"); }), HasSubstr("none.tar"));
}

TEST_F(TarTest, ShardsTakeWholeArchives) {
  Save(Member("a.jpg", "a") + Member("b.jpg", "b") + kEnd);
  const std::vector<std::string> arguments = {(folder_ / "x.tar").string()};
  std::vector<fs::path> asked;
  const Listing none =
      ListInputs(arguments, {}, WithoutImages::kIsAnError, [&](const Input& input) {
        asked.push_back(input.relative);
        return false;
      });
  EXPECT_THAT(none.inputs, IsEmpty());
  EXPECT_THAT(asked, ElementsAre("x.tar"));
}

}  // namespace
}  // namespace gradcut
